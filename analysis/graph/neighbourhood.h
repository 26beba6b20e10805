#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/graph/stop.h"
#include "dump/heap.h"

namespace heapscan::analysis {

enum class Direction : std::uint8_t {
  kIn,   ///< Towards the referrers.
  kOut,  ///< Towards the objects referred to.
};

/// A part of the heap that is small enough to draw.
struct Neighbourhood {
  struct Member {
    dump::ObjectId object;
    std::uint32_t distance = 0;  ///< From the nearest seed; 0 for a seed.
  };

  std::vector<Member> members;             ///< In the order in which they were found.
  std::vector<dump::Referrer> references;  ///< All strong references between members.
  std::size_t omitted = 0;                 ///< Objects within the depth but beyond the limit.
};

/// How far to look.
struct Extent {
  std::uint32_t depth = 0;  ///< References from the nearest seed.
  std::size_t limit = 0;    ///< Objects; 0: all.
};

/// The objects within an extent of the seeds, nearest first, by breadth-first search. Cost: the
/// references of what is within the depth, and one or two bits for each object of the heap. Towards
/// referrers, the heap's reverse references are built unless they already exist. Throws Stopped.
[[nodiscard]] Neighbourhood neighbourhood(const dump::Heap& heap,
                                          const std::vector<dump::ObjectId>& seeds,
                                          Direction direction,
                                          const Extent& extent,
                                          const StopSignal& stop = kNeverStopped);

}  // namespace heapscan::analysis
