#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/histogram/grouping.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Which objects are looked at: those whose type matches one of the globs (see analysis/glob.h) or
/// any when there is none, and whose shallow size is in the range.
struct ObjectFilter {
  std::vector<std::string> types;
  std::uint64_t least_size = 0;
  std::uint64_t largest_size = std::numeric_limits<std::uint64_t>::max();

  /// Adds a condition: "size>=1KiB", with >, >=, <, <= or = and a size as Limit::parse() takes it,
  /// or a glob. Throws Error(kUsage) for a size that is none.
  void add(std::string_view condition);

  [[nodiscard]] bool lets_all_pass() const;
};

/// Takes the objects that the filter does not let pass out of their groups.
/// Cost: one pass over the objects.
void leave_out(const dump::Heap& heap, const ObjectFilter& filter, Grouping& grouping);

}  // namespace heapscan::analysis
