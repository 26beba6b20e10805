#include "analysis/histogram/grouping.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "analysis/graph/paths.h"
#include "analysis/text/describe.h"
#include "dump/error.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectFlags;
using dump::ObjectId;

template <class GroupOf>
Grouping group_each(const Heap& heap, std::vector<std::string> names, GroupOf group_of) {
  Grouping grouping;
  grouping.names = std::move(names);
  grouping.group_of_object.reserve(heap.object_count());
  for (const ObjectId id : heap.objects()) {
    grouping.group_of_object.emplace_back(group_of(id));
  }
  return grouping;
}

/// "8 KiB", "512 B": of a power of two.
std::string round_size(std::uint64_t bytes) {
  static constexpr std::array<const char*, 7> kUnits = {"B",   "KiB", "MiB", "GiB",
                                                        "TiB", "PiB", "EiB"};
  const auto unit = static_cast<unsigned>(std::countr_zero(bytes)) / 10U;
  return fmt::format("{} {}", bytes >> (unit * 10U), kUnits.at(unit));
}

/// Group n has the sizes above 2^(n-1) and up to 2^n, starting at 16 bytes: nothing is smaller than
/// the header of an object.
Grouping group_by_size(const Heap& heap) {
  constexpr unsigned kSmallest = 4;
  constexpr unsigned kLargest = 64;
  std::vector<std::string> names = {"up to 16 B"};
  for (unsigned log2 = kSmallest + 1; log2 < kLargest; ++log2) {
    names.push_back(fmt::format("above {} to {}", round_size(std::uint64_t{1} << (log2 - 1)),
                                round_size(std::uint64_t{1} << log2)));
  }
  names.emplace_back("above 8 EiB");
  return group_each(heap, std::move(names), [&](ObjectId id) {
    const std::uint64_t size = std::max<std::uint64_t>(heap.size(id), 1);
    return std::max(static_cast<unsigned>(std::bit_width(size - 1)), kSmallest) - kSmallest;
  });
}

Grouping group_by_generation(const Heap& heap) {
  constexpr std::uint32_t kNotTracked = 4;
  return group_each(heap, {"generation 0", "generation 1", "generation 2", "frozen", "not tracked"},
                    [&](ObjectId id) {
                      const ObjectFlags flags = heap.flags(id);
                      return flags.has(ObjectFlags::kGcTracked) ? flags.generation() : kNotTracked;
                    });
}

Grouping group_by_site(const Heap& heap) {
  const dump::HeapColumns& columns = heap.columns();
  if (columns.site.empty()) {
    throw Error(ErrorKind::kUsage,
                "the dump has no allocation sites: only dumps of a runtime that traces "
                "allocations have them");
  }
  std::vector<std::string> names;
  for (const dump::AllocationSite& site : columns.sites) {
    names.push_back(site_text(heap, site));
  }
  const auto unknown = static_cast<std::uint32_t>(names.size());
  names.emplace_back("[not known]");
  Grouping grouping = group_each(heap, std::move(names), [&](ObjectId id) {
    const dump::SiteId site = columns.site[id.value()];
    return site.has_value() ? site.value() : unknown;
  });
  merge_equal_names(grouping);
  return grouping;
}

Grouping group_by_root(const Heap& heap) {
  std::vector<std::string> names;
  for (unsigned kind = 0; kind < dump::kRootKinds; ++kind) {
    names.emplace_back(to_string(static_cast<dump::RootKind>(kind)));
  }
  const auto unreachable = static_cast<std::uint32_t>(names.size());
  names.emplace_back("unreachable");
  Grouping grouping =
      group_each(heap, std::move(names), [&](ObjectId /*id*/) { return unreachable; });
  const PathForest paths(heap);
  // An object follows all others on its path.
  for (const ObjectId id : paths.order()) {
    const ObjectId before = paths.parent(id).source;
    grouping.group_of_object[id.value()] =
        before.has_value() ? grouping.group_of_object[before.value()]
                           : GroupId(static_cast<std::uint32_t>(paths.root(id).kind));
  }
  return grouping;
}

}  // namespace

void merge_equal_names(Grouping& grouping) {
  std::unordered_map<std::string, GroupId> merged;
  std::vector<GroupId> merged_into;
  std::vector<std::string> names;
  for (const std::string& name : grouping.names) {
    const GroupId next(static_cast<std::uint32_t>(names.size()));
    const auto [entry, added] = merged.emplace(name, next);
    if (added) {
      names.push_back(name);
    }
    merged_into.push_back(entry->second);
  }
  for (GroupId& group : grouping.group_of_object) {
    group = group.has_value() ? merged_into[group.value()] : group;
  }
  grouping.names = std::move(names);
}

Grouping group_objects(const Heap& heap, GroupKey key) {
  switch (key) {
    case GroupKey::kType:
      return group_by_type(heap);
    case GroupKey::kModule:
      return group_by_module(heap);
    case GroupKey::kPackage:
      return group_by_package(heap);
    case GroupKey::kSize:
      return group_by_size(heap);
    case GroupKey::kGeneration:
      return group_by_generation(heap);
    case GroupKey::kSite:
      return group_by_site(heap);
    case GroupKey::kRoot:
      return group_by_root(heap);
    case GroupKey::kReferrers:
      break;
  }
  return group_by_referrers(heap);
}

}  // namespace heapscan::analysis
