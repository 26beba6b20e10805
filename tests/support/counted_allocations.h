#pragma once

#include <cstddef>

/// Measures how much memory a part of a program takes, by counting what operator new allocates.
/// counted_allocations.cc replaces operator new, and so cannot be combined with sanitizers, which
/// replace it too.
namespace heapscan::tests {

/// Bytes currently in use.
[[nodiscard]] std::size_t bytes_in_use();

/// The peak of the bytes in use since the last call of reset_peak(). Exact if only one thread
/// allocates.
[[nodiscard]] std::size_t peak_of_bytes_in_use();

/// Resets the peak to the bytes currently in use.
void reset_peak();

}  // namespace heapscan::tests
