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
  std::uint64_t direct_objects = 0;  // Of these, directly below the holder,
  std::uint64_t direct_kept = 0;     // and what they keep.

  Tally& operator+=(const Tally& other) {
    objects += other.objects;
    size += other.size;
    direct_objects += other.direct_objects;
    direct_kept += other.direct_kept;
    return *this;
  }
};

/// What accumulates at each of the places, by type. The heap and the places must outlive it.
class SuspectTallies {
 public:
  /// Cost: one pass over the objects in the order of their addresses; 1 byte for each.
  SuspectTallies(const Heap& heap, const DominatorTree& dominators, const SuspectPlaces& places);

  /// Types that share a name are one.
  [[nodiscard]] std::map<std::string_view, Tally> by_name(PlaceId place) const;

 private:
  /// A PlaceId in a byte, as each object has one.
  using SmallPlace = std::uint8_t;

  static constexpr SmallPlace kNoPlace = 255;
  static constexpr SmallPlace kUnknownPlace = 254;
  static_assert(SuspectPlaces::kMostPlaces < kUnknownPlace);

  static SmallPlace small(PlaceId place) {
    return place.has_value() ? static_cast<SmallPlace>(place.value()) : kNoPlace;
  }

  SmallPlace find_place(ObjectId id);
  [[nodiscard]] bool is_only_named(ObjectId id) const;
  [[nodiscard]] bool is_direct(ObjectId id, SmallPlace place) const;

  const Heap& heap_;
  const SuspectPlaces& places_;
  std::vector<SmallPlace> place_of_object_;
  std::vector<std::vector<Tally>> tallies_;  // By place and type.
};

}  // namespace heapscan::analysis
