#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/objects/model/walking.h"

/// What dict and the types that extend it have in common. The table itself is in dict_keys.h.
namespace heapscan::dump::cpython {

void walk_dict(const WalkContext& context,
               Address dict,
               const TypeInfo& type,
               ReferenceVisitor& visitor);

/// dict.__sizeof__: a table that is shared is counted by the type that owns it.
[[nodiscard]] std::uint64_t dict_size(const ObjectReader& reader,
                                      Address dict,
                                      const TypeInfo& type);

}  // namespace heapscan::dump::cpython
