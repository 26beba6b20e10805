#pragma once

#include <cstddef>
#include <vector>

namespace heapscan::tests {

/// Corrects every checksum of an HSD file after bytes of it were changed, as far as its footer and
/// table of contents can still be followed, as a hostile writer would. Tests and the fuzzer use it
/// to get past the checksums.
void seal_hsd(std::vector<std::byte>& file);

}  // namespace heapscan::tests
