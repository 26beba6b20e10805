#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "analysis/store/query.h"
#include "cli/console/options.h"

namespace heapscan::cli {

/// Writes the rows of a query's result as they come: a result may be larger than memory.
class RowPrinter {
 public:
  RowPrinter() = default;
  RowPrinter(const RowPrinter&) = delete;
  RowPrinter& operator=(const RowPrinter&) = delete;
  RowPrinter(RowPrinter&&) = delete;
  RowPrinter& operator=(RowPrinter&&) = delete;
  virtual ~RowPrinter() = default;

  virtual void begin(const std::vector<std::string>& columns) = 0;
  /// Requires: a value for each column.
  virtual void row(const std::vector<analysis::store::SqlValue>& values) = 0;
  /// `complete`: whether these were all rows.
  virtual void end(bool complete) = 0;
};

/// kText: aligned columns, as wide as the first rows need; safe for a terminal.
/// kCsv: RFC 4180, with a heading; NULL is empty.
/// kJson: one document, {"columns": [...], "rows": [[...], ...]} with the fields of every result.
/// kMarkdown: a table, as GitHub shows it.
/// Requires: one of these.
[[nodiscard]] std::unique_ptr<RowPrinter> row_printer(Format format, std::ostream& out);

}  // namespace heapscan::cli
