#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/reference_visitor.h"
#include "dump/cpython/objects/model/table_owners.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/target/address.h"

/// Building blocks for the walks of the families of types. A walk visits each reference of an
/// object once per count that the object holds: the same pointers that the type's deallocator would
/// release. Pointers that are not counted (borrowed ones) are skipped.
namespace heapscan::dump::cpython {

/// What a walk needs in addition to the object. Both must outlive it.
struct WalkContext {
  const ObjectReader& reader;
  /// Null: a table of keys that no class holds any more has no owner.
  TableOwners* table_owners = nullptr;
};

/// Visits what the pointer at `place` leads to, unless it is null.
void visit_pointer(const ObjectReader& reader,
                   Address place,
                   const Label& label,
                   ReferenceVisitor& visitor);

/// Visits the pointers of an array that are not null, as kItem.
void visit_items(const ObjectReader& reader,
                 Address items,
                 std::uint64_t count,
                 ReferenceVisitor& visitor);

/// Visits the words of [begin, end) that may be references, as kConservative. `position` is that of
/// `begin`.
void scan(const ObjectReader& reader,
          Address begin,
          Address end,
          std::uint64_t position,
          ReferenceVisitor& visitor);

}  // namespace heapscan::dump::cpython
