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

/// A suspect as it is found: where its objects are, but not yet what they are.
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
  std::uint32_t merged_into = BigObjects::kNone;  ///< Another place, which has its objects.
};

/// Where the memory of a heap gathers: the big objects that are suspects, and groups of small ones.
/// suspects.cc tells the idea. The heap, the dominators and the paths must outlive it.
class SuspectPlaces {
 public:
  static constexpr std::uint32_t kNone = BigObjects::kNone;

  /// Places gather at least this part of everything reachable. With those that others are merged
  /// into there are at most half as many more.
  static constexpr std::uint64_t kSmallestShare = 100;
  static constexpr std::uint64_t kMostPlaces = kSmallestShare + kSmallestShare / 2;

  SuspectPlaces(const Heap& heap, const DominatorTree& dominators, const PathForest& paths);

  [[nodiscard]] const OwnerTree& owners() const { return owners_; }

  [[nodiscard]] const BigObjects& big() const { return big_; }

  [[nodiscard]] const std::vector<SuspectPlace>& places() const { return places_; }

  /// The place that has a big object, by its row, or kNone: what it keeps and no big object below
  /// it does is counted there.
  [[nodiscard]] std::uint32_t place_of_big(std::uint32_t row) const {
    return final_place(place_of_row_[row]);
  }

  /// The place that has an object that is not big and has no owner but a root or a namespace, or
  /// kNone.
  [[nodiscard]] std::uint32_t place_of_small(ObjectId id) const {
    const std::uint32_t group = groups_.group_of(id);
    return group == HeldGroups::kNone ? kNone : first_group_ + group;
  }

  /// Whether the place is a group of small objects and not an object.
  [[nodiscard]] bool is_group(std::uint32_t place) const { return place >= first_group_; }

 private:
  std::uint32_t add(SuspectKind kind, ObjectId holder, std::uint64_t size);
  void find_chains_and_holders();
  void merge_those_built_alike();
  void merge(const std::vector<std::uint32_t>& alike,
             std::uint32_t node,
             PathSignatures& signatures);
  void gather(std::uint32_t top, const std::vector<std::uint32_t>& alike, std::uint32_t largest);
  void absorb_way(std::uint32_t into, std::uint32_t top, std::uint32_t place);
  void absorb(std::uint32_t into, std::uint32_t place);
  void join_nested();
  void join_upwards(std::uint32_t place, std::uint32_t row);
  void add_groups(PathSignatures& signatures);

  [[nodiscard]] std::uint32_t common_owner(const std::vector<std::uint32_t>& alike) const;
  [[nodiscard]] bool gathers(std::uint32_t top,
                             const std::vector<std::uint32_t>& alike,
                             std::uint32_t node,
                             PathSignatures& signatures) const;
  [[nodiscard]] std::uint32_t final_place(std::uint32_t place) const;

  const Heap& heap_;
  const DominatorTree& dominators_;
  const PathForest& paths_;
  const std::uint64_t threshold_;
  OwnerTree owners_;
  BigObjects big_;
  HeldGroups groups_;
  std::vector<SuspectPlace> places_;
  std::vector<std::uint32_t> place_of_row_;  // For each big object, or kNone.
  std::uint32_t first_group_ = 0;            // The place of the first group.
};

}  // namespace heapscan::analysis
