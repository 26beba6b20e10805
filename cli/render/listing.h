#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/render/phrase.h"

namespace heapscan::cli {

/// A table of values. It knows nothing of terminals, colours or files: render/text.h, markdown.h,
/// csv.h and json.h each write it in their medium.
///
/// A column has a heading, a key, or both: headings are for people (text, Markdown), keys for
/// programs (CSV, JSON). A key with dots ("holder.address") is a field of a nested object in JSON;
/// an object whose fields are all empty is null there. Strings may come out of a dump: each
/// renderer makes them harmless for its medium.
struct Listing {
  enum class Kind : std::uint8_t {
    kText,
    kNumber,  ///< An ordinal: never with thousands separators.
    kCount,
    kSignedCount,
    kSize,  ///< Bytes.
    kSignedSize,
    kShare,
    kFlag,
    kNested,
  };

  struct Column {
    Kind kind = Kind::kText;
    std::string heading = {};  ///< For people; empty: not shown to them.
    std::string key = {};      ///< For programs; empty: not shown to them.
    bool left = false;         ///< Aligned to the left.
    bool json_only = false;    ///< Not in CSV. Nested columns never are.
  };

  struct Share {
    std::uint64_t part = 0;
    std::uint64_t whole = 0;
  };

  /// A list inside a row, which must not have nested columns itself.
  using Nested = std::shared_ptr<const Listing>;

  /// Nothing, or a value of the column's kind.
  using Cell =
      std::variant<std::monostate, std::string, std::uint64_t, std::int64_t, bool, Share, Nested>;
  using Cells = std::vector<Cell>;

  struct Row {
    Cells cells;
    std::vector<Phrase> details;  ///< For people: more about the value of the last column.
  };

  /// The key of the only column of a nested listing whose rows are bare values, not objects.
  static constexpr std::string_view kBareValue = ".";

  std::string title;
  Phrase aside;  ///< After the title.
  std::vector<Column> columns;
  std::vector<Row> rows;
  /// "[12 others]" and the total: for people; programs add up themselves.
  std::vector<Cells> summaries;
  std::string empty_text = "none";  ///< Shown to people when there are no rows and no summaries.
  std::string key;                  ///< Its place in a JSON document; empty: not in JSON.
  bool for_people = true;           ///< Shown in text and Markdown.
  bool is_main = false;             ///< The one that CSV shows.

  /// Requires: one cell for each column, and so below.
  void add(Cells cells, std::vector<Phrase> details = {});
  void add_summary(Cells cells);
};

/// The listing as the value of a cell.
[[nodiscard]] Listing::Cell nested(Listing listing);

/// "[12 others]".
[[nodiscard]] std::string others_text(std::size_t count);

/// How many of `available` rows a limit lets through; 0: all.
[[nodiscard]] std::size_t within(std::size_t limit, std::size_t available);

}  // namespace heapscan::cli
