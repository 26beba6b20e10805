#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::tests {

/// What mixed_heap() creates.
struct MixedHeapShape {
  unsigned most_objects = 12;
  /// References for each object, on average up to this many.
  unsigned density = 2;
  unsigned most_roots = 4;
};

/// A small random heap: a few types, attributes both direct and in a dict, items, dict entries,
/// roots of all classes, cycles and unreachable parts. The same seed gives the same heap.
[[nodiscard]] dump::Heap mixed_heap(std::uint32_t seed, const MixedHeapShape& shape = {});

}  // namespace heapscan::tests
