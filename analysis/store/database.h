#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace heapscan::analysis::store {

/// A prepared statement. Must not outlive its Database. Errors: see Database.
class Statement {
 public:
  /// Parameters count from 1. `text` must stay unchanged until the next step().
  void bind(int parameter, std::int64_t number);
  void bind_text(int parameter, std::string_view text);
  /// `bytes` must stay unchanged until the next step().
  void bind_bytes(int parameter, std::span<const std::byte> bytes);
  void bind_null(int parameter);

  /// Advances to the next row of the result; false if there is none.
  bool step();

  /// Prepares for the next run; parameters keep their values.
  void reset();

  /// The number of columns of the result; they count from 0.
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  /// Valid until the next step().
  [[nodiscard]] std::span<const std::byte> bytes(int column) const;

 private:
  friend class Database;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit Statement(sqlite3_stmt* statement, std::string path)
      : statement_(statement), path_(std::move(path)) {}

  void check(int code) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string path_;
};

/// How a database is opened.
enum class OpenMode : std::uint8_t {
  kWrite,   ///< For writing; created if it does not exist.
  kRead,    ///< For reading; it must exist. An unfinished transaction of a killed writer is undone.
  kMemory,  ///< A new one, in memory.
};

/// An open SQLite database. Every call throws an Error with the name of the file and SQLite's
/// reason: kBadInput for a file that is not a database or is damaged, kOutput for one that cannot
/// be written.
class Database {
 public:
  Database(const std::string& path, OpenMode mode);

  void execute(std::string_view sql);
  [[nodiscard]] Statement prepare(std::string_view sql);

  /// The first number of the first row of the result.
  [[nodiscard]] std::int64_t number(std::string_view sql);

  /// Calls `report` periodically while statements run; if it returns false, the statement is
  /// stopped.
  void set_progress(std::function<bool()> report);

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] sqlite3* connection() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  using Handle = std::unique_ptr<sqlite3, Close>;

  [[nodiscard]] static Handle open(const std::string& path, int flags);

  std::string path_;
  std::unique_ptr<std::function<bool()>> progress_;
  Handle handle_;
};

/// Undoes everything since its construction, unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction(Transaction&&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace heapscan::analysis::store
