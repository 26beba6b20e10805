#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "analysis/suspects/big_objects.h"
#include "analysis/suspects/held_groups.h"
#include "analysis/suspects/owner_tree.h"
#include "analysis/suspects/suspects.h"
#include "analysis/text/path_signatures.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// A row of SuspectPlaces.
using PlaceId = dump::Index<struct SuspectPlaceTag>;

/// A suspect while it is being found: where its objects are, but not yet what they are.
struct SuspectPlace {
  SuspectKind kind = SuspectKind::kHolder;
  ObjectId holder;
  std::uint64_t holders = 1;
  dump::TypeId type;  ///< Of the links of a chain.
  std::string name;   ///< Suspect::place.
  std::uint64_t size = 0;
  std::uint64_t retained = 0;
  ObjectId part;  ///< The holder of the largest place that was merged into this one, or none.
  std::uint64_t largest_part = 0;
  PlaceId merged_into;  ///< Another place, which has its objects, or none.
};

/// Where the memory of a heap accumulates: the big objects that are suspects, and groups of small
/// ones. suspects.cc describes the idea. The heap, the dominators and the paths must outlive it.
/// Cost: an OwnerTree; the rest is proportional to the number of big objects.
class SuspectPlaces {
 public:
  /// Each place accumulates at least this fraction of everything reachable. Places that others are
  /// merged into add at most half as many.
  static constexpr std::uint64_t kSmallestShare = 100;
  static constexpr std::uint64_t kMostPlaces = kSmallestShare + kSmallestShare / 2;

  SuspectPlaces(const Heap& heap, const DominatorTree& dominators, const PathForest& paths);

  [[nodiscard]] const OwnerTree& owners() const { return owners_; }

  [[nodiscard]] const BigObjects& big() const { return big_; }

  [[nodiscard]] const std::vector<SuspectPlace>& places() const { return places_; }

  [[nodiscard]] const SuspectPlace& operator[](PlaceId id) const { return places_[id.value()]; }

  [[nodiscard]] dump::IndexRange<PlaceId> ids() const {
    return dump::IndexRange<PlaceId>(static_cast<std::uint32_t>(places_.size()));
  }

  /// The place of a big object, or none: where its rest is counted.
  [[nodiscard]] PlaceId place_of_big(BigId id) const {
    return final_place(place_of_big_[id.value()]);
  }

  /// The place of an object that is not big and whose owner is none or a namespace; none if it has
  /// no place.
  [[nodiscard]] PlaceId place_of_small(ObjectId id) const {
    const HeldGroupId group = groups_.group_of(id);
    return group.has_value() ? PlaceId(first_group_ + group.value()) : PlaceId::none();
  }

  /// Whether the place is a group of small objects instead of an object.
  [[nodiscard]] bool is_group(PlaceId place) const { return place.value() >= first_group_; }

 private:
  [[nodiscard]] SuspectPlace& at(PlaceId id) { return places_[id.value()]; }

  PlaceId add(SuspectKind kind, ObjectId holder, std::uint64_t size);
  void find_chains_and_holders();
  void merge_similar();
  void merge(const std::vector<PlaceId>& similar, NodeId node, PathSignatures& signatures);
  void collect(BigId top, const std::vector<PlaceId>& similar, PlaceId largest);
  void absorb_between(PlaceId into, BigId top, PlaceId place);
  void absorb(PlaceId into, PlaceId place);
  void join_nested();
  void join_upwards(PlaceId place, BigId big);
  void add_groups(PathSignatures& signatures);

  [[nodiscard]] BigId common_owner(const std::vector<PlaceId>& similar) const;
  [[nodiscard]] bool collects(BigId top,
                              const std::vector<PlaceId>& similar,
                              NodeId node,
                              PathSignatures& signatures) const;
  [[nodiscard]] PlaceId final_place(PlaceId place) const;

  const Heap& heap_;
  const DominatorTree& dominators_;
  const PathForest& paths_;
  const std::uint64_t threshold_;
  OwnerTree owners_;
  BigObjects big_;
  HeldGroups groups_;
  std::vector<SuspectPlace> places_;
  std::vector<PlaceId> place_of_big_;  // For each big object, or none.
  std::uint32_t first_group_ = 0;      // The row of the first group among the places.
};

}  // namespace heapscan::analysis
