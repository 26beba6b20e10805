#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/console/result.h"
#include "cli/console/size_text.h"

namespace heapscan::cli {

/// Rows of values, to be written as an aligned table for people, as Markdown or as CSV: one list of
/// columns for all of them.
///
/// Texts may come out of a dump: each writer makes them harmless for its medium.
class Listing {
 public:
  enum class Kind : std::uint8_t { kText, kCount, kSignedCount, kSize, kSignedSize };

  struct Column {
    Kind kind = Kind::kText;
    std::string heading;  ///< For people; empty: not shown to them.
    std::string key;      ///< In CSV; empty: not there.
    bool left = false;    ///< Aligned to the left.
  };

  /// Nothing, a text, or a number of the column's kind.
  using Cell = std::variant<std::monostate, std::string, std::uint64_t, std::int64_t>;
  using Row = std::vector<Cell>;

  Listing(std::string title, std::vector<Column> columns)
      : title_(std::move(title)), columns_(std::move(columns)) {}

  /// Requires: one cell for each column.
  void add(Row row);

  /// "[12 others]" or the total: set apart in tables, not in CSV, whose readers add up themselves.
  void add_summary(Row row);

  /// What a table without rows says.
  void set_empty_text(std::string text) { empty_text_ = std::move(text); }

  void print_text(std::ostream& out, const TextStyle& style) const;
  void print_markdown(std::ostream& out, SizeUnit unit) const;
  /// RFC 4180, with a line of keys; sizes in bytes.
  void print_csv(std::ostream& out) const;

 private:
  [[nodiscard]] std::vector<std::string> shown(const Row& row, SizeUnit unit) const;

  std::string title_;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  std::vector<Row> summaries_;
  std::string empty_text_ = "nothing";
};

/// A field of a CSV file, quoted where RFC 4180 wants it.
[[nodiscard]] std::string csv_field(std::string_view text);

/// Text as Markdown shows it: printable, on one line, and nothing in it is markup, a link or a
/// mention.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace heapscan::cli
