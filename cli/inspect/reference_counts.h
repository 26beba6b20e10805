#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::cli {

/// How far the references of a dump explain the reference counts in it.
struct ReferenceCounts {
  std::uint64_t checked = 0;       ///< Objects with a reference count that can be checked,
  std::uint64_t explained = 0;     ///< and those whose count the dump explains exactly.
  std::uint64_t held_outside = 0;  ///< Objects with a surplus.
  std::uint64_t conservative = 0;  ///< Objects of unknown layout.
};

/// Cost: one pass over the references; 8 bytes for each object meanwhile.
[[nodiscard]] ReferenceCounts check_reference_counts(const dump::Heap& heap);

}  // namespace heapscan::cli
