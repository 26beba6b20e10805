#pragma once

#include <memory>

#include "analysis/store/dump_table.h"

namespace heapscan::analysis::store {

/// A small table whose second column, the id, numbers the rows of each dump.
struct ListDefinition {
  const TableSchema& schema;
  std::uint64_t (*count)(HeapAnswers& answers);
  void (*column)(QueriedDump& dump, std::uint64_t row, int column, Cell& cell);
  /// The rows in the order of the third column, or null when they cannot be had in it.
  const std::vector<std::uint32_t>& (*sorted)(HeapAnswers& answers) = nullptr;
  /// The rows by the value of the third column, or null when they cannot be found by it.
  const Groups& (*grouped)(HeapAnswers& answers) = nullptr;
  /// As many rows as queries are planned with, or 0 to count them: that may take an analysis, which
  /// must wait until the query runs.
  std::uint64_t estimate = 0;
  std::uint64_t first_id = 0;
};

/// `definition` and `dumps` must outlive the table.
[[nodiscard]] std::unique_ptr<VirtualTable> list_table(const ListDefinition& definition,
                                                       QueriedDumps& dumps);

}  // namespace heapscan::analysis::store
