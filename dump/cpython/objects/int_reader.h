#pragma once

#include <cstdint>

#include "dump/cpython/objects/object_reader.h"

namespace heapscan::dump::cpython {

/// Sign and length of an int object; its digits of 30 bits lie at offset::kIntDigits.
struct IntObject {
  std::uint64_t digits = 0;
  bool negative = false;
};

/// The int object at `address`. Nothing is promised of the length of what is no int.
[[nodiscard]] IntObject read_int_object(const ObjectReader& reader, std::uint64_t address);

/// The value of a non-negative int object below 2^60; 0 for anything else.
[[nodiscard]] std::uint64_t int_value(const ObjectReader& reader, std::uint64_t address);

}  // namespace heapscan::dump::cpython
