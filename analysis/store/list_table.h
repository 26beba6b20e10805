#pragma once

#include <memory>

#include "analysis/store/dump_table.h"

namespace heapscan::analysis::store {

/// A small table whose second column, the id, numbers the rows of each dump from 0.
struct ListDefinition {
  const TableSchema& schema;
  std::uint64_t (*count)(HeapAnswers& answers);
  void (*column)(QueriedDump& dump, std::uint64_t row, int column, Cell& cell);
  /// The rows in the order of the third column, or null when they cannot be had in it.
  const std::vector<std::uint32_t>& (*sorted)(HeapAnswers& answers) = nullptr;
  /// The rows by the value of the third column, or null when they cannot be found by it.
  const Groups& (*grouped)(HeapAnswers& answers) = nullptr;
};

/// `definition` and `dumps` must outlive the table.
[[nodiscard]] std::unique_ptr<VirtualTable> list_table(const ListDefinition& definition,
                                                       QueriedDumps& dumps);

}  // namespace heapscan::analysis::store
