#pragma once

#include <cstdint>

namespace heapscan::dump::cpython {

/// An address in the memory of the program that is captured.
using Address = std::uint64_t;

[[nodiscard]] constexpr std::uint64_t to_integer(Address address) {
  return address;
}

[[nodiscard]] constexpr bool is_aligned(Address address, std::uint64_t unit) {
  return address % unit == 0;
}

[[nodiscard]] constexpr Address align_up(Address address, std::uint64_t unit) {
  return (address + unit - 1) / unit * unit;
}

}  // namespace heapscan::dump::cpython
