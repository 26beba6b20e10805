#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"

namespace heapscan::dump::cpython {

/// The value of a non-negative int object below 2^60; 0 for anything else.
[[nodiscard]] std::uint64_t int_value(const ObjectReader& reader, Address address);

}  // namespace heapscan::dump::cpython
