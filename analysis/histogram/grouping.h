#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/heap.h"

namespace heapscan::analysis {

/// A row of Grouping::names.
using GroupId = dump::Index<struct GroupTag>;

/// What objects may have in common. Each object has exactly one value of each.
enum class GroupKey : std::uint8_t {
  kType,        ///< The name of its type.
  kModule,      ///< The module that defines the type; "builtins" for those of the language.
  kPackage,     ///< The first part of that module's name.
  kSize,        ///< Its shallow size, in ranges that double: "33 to 64 B".
  kGeneration,  ///< Of the cycle collector.
  kSite,        ///< Where it was allocated.
  kRoot,        ///< The kind of the root where its path starts.
  kReferrers,   ///< Everything that refers to it, by type and name: "dict[*], shop.Cart.items".
};

/// All objects of a heap, each in one group or in none. No two groups have the same name.
struct Grouping {
  std::vector<GroupId> group_of_object;  ///< Or none.
  std::vector<std::string> names;
};

/// Puts every object into a group. Cost: one pass over the objects; for kRoot a search for paths;
/// for kReferrers a pass over the references (grouping_by_referrers.cc describes the algorithm). 4
/// bytes for each object, 17 for kRoot; for kReferrers some 200 more for each different set of
/// references. Throws Error(kUsage) for kSite if the dump has no allocation sites.
[[nodiscard]] Grouping group_objects(const dump::Heap& heap, GroupKey key);

/// The groupings that have a file of their own. Cost: as above.
[[nodiscard]] Grouping group_by_type(const dump::Heap& heap);
[[nodiscard]] Grouping group_by_module(const dump::Heap& heap);
[[nodiscard]] Grouping group_by_package(const dump::Heap& heap);
[[nodiscard]] Grouping group_by_referrers(const dump::Heap& heap);

/// Merges groups of the same name: the last step of a grouping whose names may repeat.
/// Cost: a pass over the objects.
void merge_equal_names(Grouping& grouping);

}  // namespace heapscan::analysis
