#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "analysis/histogram/histogram.h"
#include "analysis/suspects/suspects.h"
#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/inspect/reference_counts.h"
#include "cli/render/json.h"

namespace heapscan::cli {

/// What `heapscan inspect DUMP` tells about a heap as a whole.
struct Overview {
  /// An object directly below all roots, and where below it the memory gathers: the point up to
  /// which one object after another keeps nearly all of it.
  struct Holder {
    dump::ObjectId object;
    dump::ObjectId gathers_at;
  };

  /// How full the runtime's own allocator is. All 0 when the dump does not tell.
  struct Allocator {
    std::size_t arenas = 0;
    std::uint64_t arenas_size = 0;  ///< Bytes that it has from the system.
    std::size_t pools = 0;          ///< Those in use.
    std::uint64_t pools_size = 0;
    std::uint64_t used = 0;  ///< Bytes of allocated blocks.
  };

  std::string path;
  analysis::Histogram histogram;
  analysis::Suspects suspects;
  std::vector<Holder> holders;   ///< By descending retained size.
  std::size_t holder_count = 0;  ///< With those that were not asked for.
  analysis::Garbage garbage;
  ReferenceCounts counts;
  Allocator allocator;
};

/// `limit`: holders to find, 0 for all.
[[nodiscard]] Overview overview_of(const AnalyzedHeap& view,
                                   const ReferenceCounts& counts,
                                   const std::string& path,
                                   std::size_t limit);

void print_overview(std::ostream& out,
                    const AnalyzedHeap& view,
                    const Overview& overview,
                    const TextStyle& style);

[[nodiscard]] Json json_overview(const AnalyzedHeap& view,
                                 const Overview& overview,
                                 std::size_t limit);

}  // namespace heapscan::cli
