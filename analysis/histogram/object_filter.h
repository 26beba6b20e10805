#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "analysis/histogram/grouping.h"
#include "analysis/text/glob.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Which objects are counted: those whose type matches one of the globs, or any type if there are
/// none, and whose shallow size is in the range.
struct ObjectFilter {
  std::vector<Glob> types;
  std::uint64_t least_size = 0;
  std::uint64_t largest_size = std::numeric_limits<std::uint64_t>::max();

  /// Adds a condition: "size>=1KiB", with >, >=, <, <= or = and a size as Limit::parse() accepts
  /// it, or a glob. Throws Error(kUsage) for an invalid size.
  void add(std::string_view condition);

  [[nodiscard]] bool lets_all_pass() const;
};

/// Removes the objects that the filter excludes from their groups. Cost: one pass over the objects.
void leave_out(const dump::Heap& heap, const ObjectFilter& filter, Grouping& grouping);

}  // namespace heapscan::analysis
