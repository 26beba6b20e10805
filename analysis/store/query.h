#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "analysis/graph/stop.h"
#include "analysis/store/queried_dumps.h"
#include "dump/heap.h"

struct sqlite3_stmt;

namespace heapscan::analysis::store {

class Database;

/// A value in a row of a result. Strings are valid until the next row.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string_view>;

/// One statement of a query, and its rows.
class Query {
 public:
  enum class Step : std::uint8_t { kRow, kEnd, kInterrupted };

  /// Advances to the next row. Throws Error(kUsage) with SQLite's reason if the statement fails,
  /// for example because of a number that is too large or a wrong argument of a function.
  Step step();

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  [[nodiscard]] SqlValue value(int column) const;

 private:
  friend class QueryDatabase;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Query(sqlite3_stmt* statement, const StopSignal& stop);

  const StopSignal* stop_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::vector<std::string> columns_;
};

/// Dumps as a read-only SQL database: a query cannot change a file, attach another one or load
/// code.
class QueryDatabase {
 public:
  struct Dump {
    std::string path;
    dump::Heap heap;
  };

  /// The schema as virtual tables over the dumps, which get the ids 1, 2, ...
  explicit QueryDatabase(std::vector<Dump> dumps);

  /// A file written by load(). `open` returns the heap of a dump in it, for the functions that
  /// search the graph. Throws Error(kBadInput) for any other file.
  QueryDatabase(const std::string& path, const std::function<dump::Heap(std::int64_t id)>& open);

  ~QueryDatabase();
  QueryDatabase(const QueryDatabase&) = delete;
  QueryDatabase& operator=(const QueryDatabase&) = delete;
  QueryDatabase(QueryDatabase&&) = delete;
  QueryDatabase& operator=(QueryDatabase&&) = delete;

  /// Removes the first statement from `sql` and returns it; nothing if none is left. Throws
  /// Error(kUsage) with SQLite's reason and the position.
  [[nodiscard]] std::optional<Query> next(std::string_view& sql);

  /// Calls interrupt() after this time.
  void set_timeout(std::chrono::milliseconds timeout);

  /// Stops the running statement, and those after it until resume(). May be called by any thread.
  void interrupt() noexcept;

  /// Forgets interrupts and the timeout.
  void resume();

 private:
  void lock_down();

  StopSignal stop_;
  QueriedDumps dumps_;  // Outlive the connection that reads them.
  std::unique_ptr<Database> database_;
  std::jthread timer_;  // Must end before what it interrupts.
};

/// Whether `text` has a statement that ends with a semicolon.
[[nodiscard]] bool is_complete_statement(const std::string& text);

}  // namespace heapscan::analysis::store
