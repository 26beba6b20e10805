#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/dominators.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// All objects of the types that have one name.
struct HistogramRow {
  std::string type;
  std::uint64_t objects = 0;
  std::uint64_t size = 0;      ///< Shallow bytes.
  std::uint64_t retained = 0;  ///< Retained by those that no other one dominates, so counted once.

  friend bool operator==(const HistogramRow&, const HistogramRow&) = default;
};

/// Rows by descending shallow size, then objects, then name. The objects and sizes of all rows add
/// up exactly to those of the heap, unreachable ones included.
struct Histogram {
  std::vector<HistogramRow> rows;
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
};

/// Cost: one pass over the objects, one more over the dominator tree for `retained`.
[[nodiscard]] Histogram histogram_by_type(const Heap& heap, const DominatorTree& dominators);

}  // namespace heapscan::analysis
