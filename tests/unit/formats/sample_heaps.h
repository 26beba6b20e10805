#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::tests {

[[nodiscard]] dump::Heap empty_heap();

/// A handful of objects, with at least two rows in every column, and every kind of reference, root
/// and region. No two facts are equal.
[[nodiscard]] dump::Heap heap_with_everything();

/// Objects of many types, with references and labels of all kinds: the same for the same seed.
[[nodiscard]] dump::Heap random_heap(std::uint32_t objects, std::uint64_t seed);

}  // namespace heapscan::tests
