#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/store/queried_dumps.h"
#include "analysis/store/schema.h"
#include "analysis/store/virtual_table.h"

namespace heapscan::analysis::store {

/// One way to find rows of a dump.
struct Access {
  int number = 0;             ///< Identifies it to DumpCursor::find_rows().
  int column = kEveryRow;     ///< Finds the rows in which this column has a given value.
  double rows = 1;            ///< Estimated number of rows in one dump.
  std::vector<int> sequence;  ///< The columns by which they are sorted, besides `column`.

  static constexpr int kEveryRow = -1;
};

/// A table with rows from several dumps; the first column is the id of the dump.
class DumpTable : public VirtualTable {
 public:
  /// `dumps` must outlive the table.
  DumpTable(const TableSchema& schema, QueriedDumps& dumps) : schema_(schema), dumps_(dumps) {}

  [[nodiscard]] std::string columns() const override { return std::string(schema_.columns); }

  [[nodiscard]] std::optional<Plan> plan(const std::vector<int>& compared,
                                         const std::vector<OrderTerm>& order) const override;

 protected:
  /// Every way to find its rows.
  [[nodiscard]] virtual std::vector<Access> accesses() const = 0;

  [[nodiscard]] QueriedDumps& dumps() const { return dumps_; }

 private:
  const TableSchema& schema_;
  QueriedDumps& dumps_;
};

/// The rows of a plan of a DumpTable, one dump after another.
class DumpCursor : public Cursor {
 public:
  explicit DumpCursor(QueriedDumps& dumps) : dumps_(dumps) {}

  void start(int plan, const Arguments& arguments) final;

  [[nodiscard]] bool at_end() const final { return position_ >= count_; }

  void next() final {
    dump().count_row();
    if (++position_ >= count_) {
      next_dump();
    }
  }

  [[nodiscard]] std::int64_t row_id() const final {
    constexpr unsigned kRowBits = 40;
    return (dump().id() << kRowBits) | static_cast<std::int64_t>(row());
  }

 protected:
  /// Finds the rows of a dump and returns their number.
  virtual std::uint64_t find_rows(QueriedDump& dump, int access, std::int64_t value) = 0;

  /// The number of the row at position().
  [[nodiscard]] virtual std::uint64_t row() const = 0;

  [[nodiscard]] std::uint64_t position() const { return position_; }

  /// Requires: not at the end.
  [[nodiscard]] QueriedDump& dump() const { return dumps_[dump_]; }

 private:
  void next_dump();

  QueriedDumps& dumps_;
  std::size_t dump_ = 0;       // The dump of the current row.
  std::size_t next_dump_ = 0;  // The dump to go to next,
  std::size_t last_dump_ = 0;  // up to but not including this one.
  int access_ = 0;
  std::int64_t value_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace heapscan::analysis::store
