#pragma once

#include <cstddef>

/// How much memory a part of a program takes: counts what operator new gives out. A program that
/// links counted_allocations.cc has its operator new replaced, which sanitizers do too.
namespace heapscan::tests {

/// Bytes that are in use now.
[[nodiscard]] std::size_t bytes_in_use();

/// The most bytes that were in use since the last call of reset_peak(). Exact as long as one thread
/// allocates.
[[nodiscard]] std::size_t peak_of_bytes_in_use();

/// Makes the bytes in use now the most that there were.
void reset_peak();

}  // namespace heapscan::tests
