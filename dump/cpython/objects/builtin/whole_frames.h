#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/objects/model/type_info.h"

/// Frames that are a single object with everything in it (FrameForm::kObject, before CPython 3.11).
namespace heapscan::dump::cpython {

/// See visit_frame_locals().
void visit_whole_frame(const ObjectReader& reader, Address frame, ReferenceVisitor& visitor);

/// See visit_running_stack().
void visit_whole_running_stack(const ObjectReader& reader,
                               Address frame,
                               ReferenceVisitor& visitor);

/// The size of a frame object with its variables and stack space.
[[nodiscard]] std::uint64_t whole_frame_size(const ObjectReader& reader,
                                             Address frame,
                                             const TypeInfo& type);

}  // namespace heapscan::dump::cpython
