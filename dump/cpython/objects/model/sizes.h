#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// Larger than the address space: a size computed from damaged fields.
inline constexpr std::uint64_t kLargestObject = std::uint64_t{1} << 47U;

/// ob_size without its sign.
[[nodiscard]] std::uint64_t item_count(const ObjectReader& reader, Address object);

/// What object.__sizeof__ returns.
[[nodiscard]] std::uint64_t basic_size(const ObjectReader& reader,
                                       Address object,
                                       const TypeInfo& type);

/// The number of items in the tuple that the pointer at `place` leads to; 0 if it is null.
[[nodiscard]] std::uint64_t tuple_length(const ObjectReader& reader, Address place);

}  // namespace heapscan::dump::cpython
