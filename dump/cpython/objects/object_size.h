#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// The bytes that an object owns: what sys.getsizeof(object) returns, unless a class of the program
/// defines its own `__sizeof__`, which would have to be run.
[[nodiscard]] std::uint64_t object_size(const ObjectReader& reader,
                                        Address object,
                                        const TypeInfo& type);

/// The number of bytes before its address that belong to an object of the type.
[[nodiscard]] std::uint64_t bytes_before(const TypeInfo& type);

}  // namespace heapscan::dump::cpython
