#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace heapscan::analysis::store {

/// A prepared statement. Must not outlive its Database. Errors: see Database.
class Statement {
 public:
  /// Parameters count from 1. A text that is not copied must stay as it is until the next step().
  void bind(int parameter, std::int64_t number);
  void bind_text(int parameter, std::string_view text);
  void bind_copy(int parameter, std::string_view text);
  void bind_null(int parameter);

  /// Runs to the next row of the result: true while there is one.
  bool step();

  /// Ready for the next run; parameters keep their values.
  void reset();

  /// How many columns the result has; they count from 0.
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

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

/// An open SQLite database. Every call throws Error that names the file and says SQLite's reason:
/// kBadInput for a file that is no database or is damaged, kOutput for one that cannot be written.
class Database {
 public:
  /// Opens the file for writing; an absent one is made.
  explicit Database(const std::string& path);

  void execute(std::string_view sql);
  [[nodiscard]] Statement prepare(std::string_view sql);

  /// The first number of the first row of the result.
  [[nodiscard]] std::int64_t number(std::string_view sql);

  [[nodiscard]] std::int64_t last_insert_id() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// Takes back everything since its construction, unless commit() was called.
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

/// Inserts rows of which the number is known, many with each statement: twice as fast as one by
/// one. Values are added column by column, row after row.
class RowInserter {
 public:
  RowInserter(Database& database, std::string_view table, int columns, std::uint64_t rows);

  RowInserter& add(std::int64_t number);
  /// `text` must stay as it is until finish().
  RowInserter& add_text(std::string_view text);
  RowInserter& add_copy(std::string_view text);
  RowInserter& add_null();

  RowInserter& add_flag(bool flag) { return add(flag ? 1 : 0); }

  /// Requires: every value of every row was added.
  void finish() const;

 private:
  [[nodiscard]] int next_parameter() const;
  void value_added();

  [[nodiscard]] Statement& current() { return remaining_ >= kBatch ? batch_ : single_; }

  static constexpr std::uint64_t kBatch = 100;

  Statement batch_;
  Statement single_;
  int columns_;
  std::uint64_t remaining_;  // Rows that no statement has written yet.
  int bound_ = 0;            // Parameters of the current statement that have their value.
};

}  // namespace heapscan::analysis::store
