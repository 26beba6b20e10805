#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;

namespace heapscan::analysis::store {

/// Receives the value of a column.
class Cell {
 public:
  explicit Cell(sqlite3_context* context) : context_(context) {}

  void set(std::int64_t number);
  void set_real(double number);
  /// `text` must stay unchanged as long as the table exists; bytes that are not UTF-8 become \xNN.
  void set_text(std::string_view text);
  void set_copy(std::string_view text);
  void set_null();

  void set_known(bool known, std::int64_t number) {
    if (known) {
      set(number);
    } else {
      set_null();
    }
  }

 private:
  sqlite3_context* context_;
};

/// The values that a query compares columns with.
class Arguments {
 public:
  explicit Arguments(std::span<sqlite3_value*> values) : values_(values) {}

  [[nodiscard]] std::size_t size() const { return values_.size(); }

  /// The number; nothing for a value that no integer equals.
  [[nodiscard]] std::optional<std::int64_t> integer(std::size_t place) const;

 private:
  std::span<sqlite3_value*> values_;
};

/// Rows of a virtual table, one after another.
class Cursor {
 public:
  Cursor() = default;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  Cursor(Cursor&&) = delete;
  Cursor& operator=(Cursor&&) = delete;
  virtual ~Cursor() = default;

  /// Goes to the first row of a plan that the table has made.
  virtual void start(int plan, const Arguments& arguments) = 0;
  [[nodiscard]] virtual bool at_end() const = 0;
  virtual void next() = 0;
  virtual void column(int column, Cell& cell) = 0;
  /// Another one for each row.
  [[nodiscard]] virtual std::int64_t row_id() const = 0;
};

/// A query's order by one column.
struct OrderTerm {
  int column = 0;
  bool descending = false;
};

/// How a table would find the rows of a query.
struct Plan {
  int number = 0;              ///< Given to Cursor::start().
  std::vector<int> arguments;  ///< The columns whose values it needs, as start() gets them.
  double rows = 1;             ///< An estimate of how many it finds.
  bool ordered = false;        ///< They come in the requested order.
};

/// A table that SQLite reads through these calls (https://sqlite.org/vtab.html). Exceptions thrown
/// by its members become errors of the query.
class VirtualTable {
 public:
  VirtualTable() = default;
  VirtualTable(const VirtualTable&) = delete;
  VirtualTable& operator=(const VirtualTable&) = delete;
  VirtualTable(VirtualTable&&) = delete;
  VirtualTable& operator=(VirtualTable&&) = delete;
  virtual ~VirtualTable() = default;

  /// The definitions of its columns, as CREATE TABLE has them.
  [[nodiscard]] virtual std::string columns() const = 0;

  /// The best plan for a query that compares these columns with known values; nothing if the table
  /// cannot be read without others.
  [[nodiscard]] virtual std::optional<Plan> plan(const std::vector<int>& compared,
                                                 const std::vector<OrderTerm>& order) const = 0;

  [[nodiscard]] virtual std::unique_ptr<Cursor> open() = 0;
};

/// Registers the table with a connection, which then owns it: for CREATE VIRTUAL TABLE ... USING
/// `module`, or, as a table-valued function, by its name alone.
enum class ModuleUse : std::uint8_t { kTable, kFunction };
void add_module(sqlite3* connection,
                const std::string& module,
                ModuleUse use,
                std::unique_ptr<VirtualTable> table);

}  // namespace heapscan::analysis::store
