#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/objects/model/walking.h"

/// What a running or suspended function holds. Depending on the layout's FrameForm, a frame is a
/// structure of the evaluation loop or a frame object.
namespace heapscan::dump::cpython {

/// A reference in a frame.
struct StackReference {
  Address object;       ///< Null if there is none: a null pointer, or a number in its place.
  bool counted = true;  ///< False if another reference counts for it.
};

[[nodiscard]] StackReference stack_reference(const ObjectReader& reader, Address place);

/// Visits the reference at `place`, or reports it as borrowed if it is not counted.
void visit_stack_reference(const ObjectReader& reader,
                           Address place,
                           const Label& label,
                           ReferenceVisitor& visitor);

/// Visits the function, code, explicit locals and frame object that a frame holds.
void visit_frame_head(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor);

/// Visits the local variables of a frame by name, then its evaluation stack: for a suspended frame
/// exactly; for a running one see visit_running_stack().
void visit_frame_locals(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor);

/// Visits the words of a running frame's evaluation stack that may be references, as kConservative.
/// The interpreter keeps the depth of that stack in a register while the frame runs, so all of it
/// is visited: above the top are leftovers, some of them of freed objects.
void visit_running_stack(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor);

/// Bytes of a frame of the form kInternal that runs the code object at `code`.
[[nodiscard]] std::uint64_t frame_size(const ObjectReader& reader, Address code);

}  // namespace heapscan::dump::cpython
