#pragma once

#include <memory>

#include "analysis/store/dump_table.h"

namespace heapscan::analysis::store {

/// A small table whose second column, the id, numbers the rows of each dump.
struct ListDefinition {
  const TableSchema& schema;
  std::uint64_t (*count)(HeapAnswers& answers);
  void (*column)(QueriedDump& dump, std::uint64_t row, int column, Cell& cell);
  /// The rows sorted by the third column; null if that is not possible.
  const std::vector<std::uint32_t>& (*sorted)(HeapAnswers& answers) = nullptr;
  /// The rows by the value of the third column; null if they cannot be found by it.
  const Groups& (*grouped)(HeapAnswers& answers) = nullptr;
  /// The number of rows to plan queries with, or 0 to count them. Not 0 where counting takes an
  /// analysis, which must wait until the query runs.
  std::uint64_t estimate = 0;
  std::uint64_t first_id = 0;
};

/// `definition` and `dumps` must outlive the table.
[[nodiscard]] std::unique_ptr<VirtualTable> list_table(const ListDefinition& definition,
                                                       QueriedDumps& dumps);

}  // namespace heapscan::analysis::store
