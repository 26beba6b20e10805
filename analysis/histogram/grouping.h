#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "dump/heap.h"

namespace heapscan::analysis {

/// What objects may have in common. Each object has exactly one value of each.
enum class GroupKey : std::uint8_t {
  kType,        ///< The name of its type.
  kModule,      ///< The module that defines the type; "builtins" for types of the runtime.
  kPackage,     ///< The first name of that module.
  kSize,        ///< Its shallow size, in ranges that double: "33 to 64 B".
  kGeneration,  ///< Of the cycle collector.
  kSite,        ///< Where it was allocated.
  kRoot,        ///< The kind of the root that its path starts from.
  kReferrers,   ///< Everything that refers to it, by type and name: "dict[*], shop.Cart.items".
};

/// All objects of a heap, each in one group or in none. No two groups have one name.
struct Grouping {
  static constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

  std::vector<std::uint32_t> group_of_object;  ///< A row of `names`, or kNoGroup.
  std::vector<std::string> names;
};

/// Puts every object into a group. Cost: one pass over the objects; for kRoot a search for paths;
/// for kReferrers a pass over the references. 4 bytes for each object, 17 for kRoot; for
/// kReferrers some 200 more for each different set of references.
/// Throws Error(kUsage) for kSite when the dump has no allocation sites.
[[nodiscard]] Grouping group_objects(const dump::Heap& heap, GroupKey key);

/// The groups that have a file of their own.
[[nodiscard]] Grouping group_by_type(const dump::Heap& heap);
[[nodiscard]] Grouping group_by_module(const dump::Heap& heap);
[[nodiscard]] Grouping group_by_package(const dump::Heap& heap);
[[nodiscard]] Grouping group_by_referrers(const dump::Heap& heap);

/// Makes groups that have one name one group. What names groups by texts ends with this.
void merge_equal_names(Grouping& grouping);

}  // namespace heapscan::analysis
