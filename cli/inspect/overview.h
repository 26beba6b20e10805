#pragma once

#include <cstdint>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "analysis/histogram/histogram.h"
#include "analysis/suspects/suspects.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

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

/// What `heapscan inspect DUMP` shows about a heap as a whole.
struct Overview {
  /// A top dominator, which no object dominates, and the point below it where the memory
  /// accumulates: up to there, one object after another keeps nearly all of it alive.
  struct Holder {
    dump::ObjectId object;
    dump::ObjectId accumulates_at;
  };

  /// How full the runtime's own allocator is. All 0 if the dump does not say.
  struct Allocator {
    std::size_t arenas = 0;
    std::uint64_t arenas_size = 0;  ///< Bytes that it has from the system.
    std::size_t pools = 0;          ///< Those in use.
    std::uint64_t pools_size = 0;
    std::uint64_t used = 0;  ///< Bytes of allocated blocks.
  };

  analysis::Histogram histogram;
  analysis::Suspects suspects;
  std::vector<Holder> holders;   ///< By descending retained size.
  std::size_t holder_count = 0;  ///< Including those beyond the limit.
  analysis::Garbage garbage;
  ReferenceCounts counts;
  Allocator allocator;
};

/// `limit`: holders to find, 0 for all.
[[nodiscard]] Overview overview_of(const AnalyzedHeap& view,
                                   const ReferenceCounts& counts,
                                   std::size_t limit);

/// What people need first comes first. Its main table is that of the types.
[[nodiscard]] Page overview_page(const AnalyzedHeap& view,
                                 const Overview& overview,
                                 const PageOptions& options);

/// The facts about the process and its heap.
[[nodiscard]] Facts overview_facts(const AnalyzedHeap& view, const Overview& overview);

}  // namespace heapscan::cli
