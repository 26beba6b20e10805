#pragma once

#include <cstddef>
#include <vector>

namespace heapscan::tests {

/// Makes every checksum of an HSD file right again after bytes of it were changed, as far as its
/// footer and table of contents can still be followed: what a hostile writer would do. Tests and
/// the fuzzer get past the checksums with it.
void seal_hsd(std::vector<std::byte>& file);

}  // namespace heapscan::tests
