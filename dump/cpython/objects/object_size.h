#pragma once

#include <cstdint>

#include "dump/cpython/objects/object_reader.h"
#include "dump/cpython/objects/type_table.h"

namespace heapscan::dump::cpython {

/// The bytes that an object owns: what sys.getsizeof(object) returns, unless a class of the program
/// has a `__sizeof__` of its own, which would have to be run.
[[nodiscard]] std::uint64_t object_size(const ObjectReader& reader,
                                        std::uint64_t object,
                                        const TypeInfo& type);

/// Bytes of the items of a numpy array that owns them; 0 for a view of others' memory.
[[nodiscard]] std::uint64_t numpy_data_size(const ObjectReader& reader, std::uint64_t array);

/// Bytes that belong to an object of the type and lie before its address.
[[nodiscard]] std::uint64_t bytes_before(const TypeInfo& type);

}  // namespace heapscan::dump::cpython
