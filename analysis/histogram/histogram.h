#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/dominators.h"
#include "analysis/histogram/grouping.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The objects of one group.
struct HistogramRow {
  std::string name;
  std::uint64_t objects = 0;
  std::uint64_t size = 0;      ///< Shallow bytes.
  std::uint64_t retained = 0;  ///< Of those that no other of them dominates: counted once.

  friend bool operator==(const HistogramRow&, const HistogramRow&) = default;
};

/// Objects counted by group. Rows by descending shallow size, then objects, then name. The objects
/// and sizes of all rows and those left out add up exactly to those of the heap, including
/// unreachable ones.
struct Histogram {
  std::vector<HistogramRow> rows;  ///< Each has at least one object.
  std::uint64_t objects = 0;       ///< In all rows.
  std::uint64_t size = 0;
  std::uint64_t left_out_objects = 0;  ///< In no group.
  std::uint64_t left_out_size = 0;

  void sort_by_retained();
};

/// Objects and sizes only; `retained` is 0. Cost: one pass over the objects.
[[nodiscard]] Histogram histogram(const Heap& heap, const Grouping& grouping);

/// With the retained size of each group. Cost: one pass over the objects, and one over the part of
/// the dominator tree whose groups dominate anything; 12 bytes for each object.
[[nodiscard]] Histogram histogram(const Heap& heap,
                                  const Grouping& grouping,
                                  const DominatorTree& dominators);

/// By type, with retained sizes.
[[nodiscard]] Histogram histogram_by_type(const Heap& heap, const DominatorTree& dominators);

}  // namespace heapscan::analysis
