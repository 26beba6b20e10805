#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "analysis/graph/dominators.h"
#include "analysis/suspects/suspect_places.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Objects of one type or name at a place.
struct Tally {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  std::uint64_t direct_objects = 0;  // Of these, right below the holder,
  std::uint64_t direct_kept = 0;     // and what they answer for.

  Tally& operator+=(const Tally& other) {
    objects += other.objects;
    size += other.size;
    direct_objects += other.direct_objects;
    direct_kept += other.direct_kept;
    return *this;
  }
};

/// What gathers at each of the places, by type.
class SuspectTallies {
 public:
  /// Cost: one pass over the objects in the order of their addresses; 1 byte for each.
  SuspectTallies(const Heap& heap, const DominatorTree& dominators, const SuspectPlaces& places);

  /// Types that share a name are one.
  [[nodiscard]] std::map<std::string_view, Tally> by_name(std::uint32_t place) const;

 private:
  using PlaceIndex = std::uint8_t;  // The place that an object is counted at.

  static constexpr PlaceIndex kNoPlace = 255;
  static constexpr PlaceIndex kUnknownPlace = 254;
  static_assert(SuspectPlaces::kMostPlaces < kUnknownPlace);

  static PlaceIndex place_at(std::uint32_t place) {
    return place == SuspectPlaces::kNone ? kNoPlace : static_cast<PlaceIndex>(place);
  }

  PlaceIndex settle(ObjectId id);
  [[nodiscard]] bool only_named(ObjectId id) const;
  [[nodiscard]] bool is_direct(ObjectId id, PlaceIndex place) const;

  const Heap& heap_;
  const SuspectPlaces& places_;
  std::vector<PlaceIndex> place_;
  std::vector<std::vector<Tally>> tallies_;  // By place and type.
};

}  // namespace heapscan::analysis
