#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/stop.h"
#include "dump/heap.h"

namespace heapscan::analysis {

enum class Direction : std::uint8_t {
  kIn,   ///< Towards the referrers.
  kOut,  ///< Towards what the objects refer to.
};

/// A part of the heap small enough to draw.
struct Neighbourhood {
  struct Member {
    dump::ObjectId object;
    std::uint32_t distance = 0;  ///< From the nearest seed; 0 for a seed.
  };

  std::vector<Member> members;             ///< In the order in which they were found.
  std::vector<dump::Referrer> references;  ///< All strong references between members.
  std::size_t omitted = 0;                 ///< Objects within the depth that the limit left out.
};

/// The objects within `depth` references of the seeds, at most `limit` of them (0 means all),
/// nearest first. Cost: one search of what lies within the depth, and one bit or two for each
/// object of the heap. Towards referrers, the heap's reverse references are built if they were not.
/// Throws Stopped.
[[nodiscard]] Neighbourhood neighbourhood(const dump::Heap& heap,
                                          const std::vector<dump::ObjectId>& seeds,
                                          Direction direction,
                                          std::uint32_t depth,
                                          std::size_t limit,
                                          const StopSignal& stop = kNeverStopped);

}  // namespace heapscan::analysis
