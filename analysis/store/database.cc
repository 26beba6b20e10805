#include "analysis/store/database.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <sqlite3.h>

#include "dump/error.h"
#include "dump/utf8.h"

namespace heapscan::analysis::store {
namespace {

[[noreturn]] void fail(const std::string& path, int code, const std::string& reason) {
  const int primary = code & 0xFF;
  if (primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT) {
    throw Error(ErrorKind::kBadInput,
                path + ": " + reason + ": choose another file, or delete this one");
  }
  std::string advice = "check the directory and its permissions";
  if (primary == SQLITE_FULL) {
    advice = "free some space or write elsewhere; the database is unchanged";
  } else if (primary == SQLITE_IOERR) {
    advice = "check the disk and its limits; the database is unchanged";
  } else if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    advice = "close the other program that uses it, then try again";
  }
  if (primary == SQLITE_INTERRUPT) {
    throw Error(ErrorKind::kOutput, path + ": stopped: the database is unchanged");
  }
  throw Error(ErrorKind::kOutput, path + ": " + reason + ": " + advice);
}

/// Why the last call on the connection of this statement failed.
std::string reason_of(sqlite3* handle, int code) {
  return handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
}

int read_schema(sqlite3* handle) {
  return sqlite3_exec(handle, "PRAGMA user_version", nullptr, nullptr, nullptr);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) {
    fail(path_, code, reason_of(sqlite3_db_handle(statement_.get()), code));
  }
}

void Statement::bind(int parameter, std::int64_t number) {
  check(sqlite3_bind_int64(statement_.get(), parameter, number));
}

void Statement::bind_text(int parameter, std::string_view text) {
  // A null pointer would be NULL; an empty string is not.
  const char* data = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
}

void Statement::bind_bytes(int parameter, std::span<const std::byte> bytes) {
  check(
      sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
}

void Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_.get(), parameter));
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    check(code);
  }
  return code == SQLITE_ROW;
}

void Statement::reset() {
  check(sqlite3_reset(statement_.get()));
}

int Statement::columns() const {
  return sqlite3_column_count(statement_.get());
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  // Bytes, not a C string: names from a dump may contain zeros.
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string()
             : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::span<const std::byte> Statement::bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

Database::Handle Database::open(const std::string& path, int flags) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  Handle handle(opened);
  if (code != SQLITE_OK) {
    fail(path, code, reason_of(opened, code));
  }
  sqlite3_extended_result_codes(opened, 1);
  return handle;
}

Database::Database(const std::string& path, OpenMode mode)
    : path_(path), progress_(std::make_unique<std::function<bool()>>()) {
  const int flags = mode == OpenMode::kRead ? SQLITE_OPEN_READONLY
                    : mode == OpenMode::kWrite
                        ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                        : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
  handle_ = open(path, flags);
  if (mode == OpenMode::kRead && read_schema(handle_.get()) == SQLITE_READONLY_ROLLBACK) {
    // The next reader must first undo an unfinished transaction, which takes permission to write.
    const int code = read_schema(open(path, SQLITE_OPEN_READWRITE).get());
    if (code != SQLITE_OK) {
      fail(path, code, "a load was killed, and its unfinished part cannot be undone");
    }
  }
}

void Database::set_progress(std::function<bool()> report) {
  constexpr int kStepsBetweenReports = 1000;
  *progress_ = std::move(report);
  sqlite3_progress_handler(
      handle_.get(), *progress_ ? kStepsBetweenReports : 0,
      [](void* client) { return (*static_cast<std::function<bool()>*>(client))() ? 0 : 1; },
      progress_.get());
}

void Database::execute(std::string_view sql) {
  const int code = sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    fail(path_, code, reason_of(handle_.get(), code));
  }
}

Statement Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) {
    fail(path_, code, reason_of(handle_.get(), code));
  }
  return Statement(statement, path_);
}

std::int64_t Database::number(std::string_view sql) {
  Statement statement = prepare(sql);
  statement.step();
  return statement.number(0);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) {
    try {
      database_.execute("ROLLBACK");
    } catch (const Error&) {
      // SQLite has already rolled back, as it does when the disk is full; if it has not, it will
      // when the file is next opened.
    }
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace heapscan::analysis::store
