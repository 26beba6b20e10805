#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/console/terminal.h"

namespace heapscan::cli {

/// Rows of strings in aligned columns, two spaces between them, none at the ends of lines. The
/// last column may be long: it is as wide as its text, and loses its middle where the terminal
/// ends. Cells must be printable.
class Table {
 public:
  enum class Align : std::uint8_t { kLeft, kRight };

  struct Column {
    std::string heading;
    Align align = Align::kRight;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Requires: one cell for each column.
  void add(std::vector<std::string> cells);

  /// A line that belongs to the row above, below its last column.
  void add_detail(std::string text);

  /// "[12 others]" and the total, which are set apart.
  void add_summary(std::vector<std::string> cells);

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// `width`: of the terminal, 0 for no limit.
  void print(std::ostream& out, const Paint& paint, std::size_t width) const;

 private:
  enum class Kind : std::uint8_t { kRow, kDetail, kSummary };

  struct Row {
    Kind kind = Kind::kRow;
    std::vector<std::string> cells;
  };

  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths,
                                 std::size_t limit) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace heapscan::cli
