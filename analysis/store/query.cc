#include "analysis/store/query.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <new>

#include <fmt/format.h>
#include <sqlite3.h>

#include "analysis/store/database.h"
#include "analysis/store/functions.h"
#include "analysis/store/schema.h"
#include "analysis/store/stored_schema.h"
#include "analysis/store/tables.h"
#include "dump/error.h"

namespace heapscan::analysis::store {
namespace {

/// Denies statements that have an effect without writing to a table; those that write are detected
/// after compilation (see next()).
// NOLINTNEXTLINE(readability-function-size): SQLite sets the parameters.
int authorize(void* /*client*/,
              int action,
              const char* first,
              const char* second,
              const char* /*database*/,
              const char* /*view*/) {
  constexpr std::array<std::string_view, 7> kHarmlessPragmas = {
      "table_info", "table_xinfo", "table_list",     "index_list",
      "index_info", "index_xinfo", "compile_options"};
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return SQLITE_DENY;
    case SQLITE_FUNCTION:
      return std::string_view(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
      return std::find(kHarmlessPragmas.begin(), kHarmlessPragmas.end(), first) !=
                     kHarmlessPragmas.end()
                 ? SQLITE_OK
                 : SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

[[noreturn]] void refuse() {
  throw Error(
      ErrorKind::kUsage,
      "SQL: queries are read-only: only SELECT, EXPLAIN and PRAGMA table_info and the like are "
      "allowed");
}

/// " (line 2, character 6: 'object')"
std::string place_in(std::string_view sql, std::size_t offset) {
  constexpr std::size_t kShown = 20;
  const std::string_view before = sql.substr(0, offset);
  const std::string_view line = sql.substr(offset, sql.find('\n', offset) - offset);
  return fmt::format(" (line {}, character {}: '{}')",
                     std::count(before.begin(), before.end(), '\n') + 1,
                     before.size() - (before.rfind('\n') + 1) + 1, line.substr(0, kShown));
}

/// Rejects text that SQLite would not read to its end.
void require_text(std::string_view sql) {
  if (const std::size_t zero = sql.find('\0'); zero != std::string_view::npos) {
    throw Error(ErrorKind::kUsage, "SQL: a query cannot contain a zero byte" + place_in(sql, zero));
  }
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(ErrorKind::kUsage, "SQL: the query is too long");
  }
}

[[noreturn]] void fail(sqlite3* connection, std::string_view sql, int code) {
  if ((code & 0xFF) == SQLITE_NOMEM) {
    throw std::bad_alloc();
  }
  if ((code & 0xFF) == SQLITE_AUTH) {
    refuse();
  }
  if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB) {
    throw Error(ErrorKind::kBadInput,
                std::string("the database is damaged: ") + sqlite3_errmsg(connection));
  }
  std::string place;
#if SQLITE_VERSION_NUMBER >= 3038000
  const int offset = sqlite3_error_offset(connection);
  if (offset >= 0 && static_cast<std::size_t>(offset) <= sql.size()) {
    place = place_in(sql, static_cast<std::size_t>(offset));
  }
#endif
  throw Error(ErrorKind::kUsage, std::string("SQL: ") + sqlite3_errmsg(connection) + place);
}

}  // namespace

void Query::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Query::Query(sqlite3_stmt* statement, const StopSignal& stop)
    : stop_(&stop), statement_(statement) {
  for (int column = 0; column < sqlite3_column_count(statement); ++column) {
    columns_.emplace_back(sqlite3_column_name(statement, column));
  }
}

Query::Step Query::step() {
  if (stop_->requested()) {
    return Step::kInterrupted;
  }
  const int code = sqlite3_step(statement_.get());
  switch (code & 0xFF) {
    case SQLITE_ROW:
      return Step::kRow;
    case SQLITE_DONE:
      return Step::kEnd;
    case SQLITE_INTERRUPT:
      return Step::kInterrupted;
    default:
      fail(sqlite3_db_handle(statement_.get()), {}, code);
  }
}

SqlValue Query::value(int column) const {
  sqlite3_stmt* const statement = statement_.get();
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    default: {
      // Bytes, not a C string: names from a dump may contain zeros.
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
    }
  }
}

QueryDatabase::QueryDatabase(std::vector<Dump> dumps)
    : database_(std::make_unique<Database>(":memory:", OpenMode::kMemory)) {
  std::int64_t id = 0;
  for (Dump& dump : dumps) {
    dumps_.emplace_back(
        ++id, dump.path, [heap = std::move(dump.heap)] { return heap; }, stop_);
  }
  add_table_modules(database_->connection(), dumps_);
  for (const TableSchema& table : kTables) {
    const std::string name(table.name);
    database_->execute(fmt::format("CREATE VIRTUAL TABLE {0} USING heapscan_{0}", name));
  }
  database_->execute(kViews);
  lock_down();
}

QueryDatabase::QueryDatabase(const std::string& path,
                             const std::function<dump::Heap(std::int64_t id)>& open)
    : database_(std::make_unique<Database>(path, OpenMode::kRead)) {
  // The schema of an untrusted file must not be able to run functions with side effects.
  database_->execute("PRAGMA trusted_schema = OFF");
  database_->execute("PRAGMA query_only = ON");
  require_heapscan_schema(*database_);
  Statement rows = database_->prepare("SELECT id, path FROM dump ORDER BY id");
  while (rows.step()) {
    const std::int64_t id = rows.number(0);
    dumps_.emplace_back(
        id, rows.text(1), [open, id] { return open(id); }, stop_);
  }
  lock_down();
}

QueryDatabase::~QueryDatabase() = default;

void QueryDatabase::lock_down() {
  sqlite3* const connection = database_->connection();
  add_functions(connection, dumps_);
  // SQLite misses an interrupt that arrives just before a statement begins; this does not.
  database_->set_progress([this] { return !stop_.requested(); });
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_set_authorizer(connection, authorize, nullptr);
}

std::optional<Query> QueryDatabase::next(std::string_view& sql) {
  sqlite3* const connection = database_->connection();
  require_text(sql);
  while (!sql.empty()) {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &statement, &rest);
    if (code != SQLITE_OK) {
      fail(connection, sql, code);
    }
    sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
    if (statement != nullptr) {
      Query query(statement, stop_);
      if (sqlite3_stmt_readonly(statement) == 0) {
        refuse();
      }
      return query;
    }
  }
  return std::nullopt;
}

void QueryDatabase::set_timeout(std::chrono::milliseconds timeout) {
  timer_ = std::jthread([this, timeout](const std::stop_token& ended) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait_for(lock, ended, timeout, [] { return false; });
    if (!ended.stop_requested()) {
      interrupt();
    }
  });
}

void QueryDatabase::interrupt() noexcept {
  stop_.request();
  sqlite3_interrupt(database_->connection());
}

void QueryDatabase::resume() {
  timer_ = std::jthread();
  stop_.reset();
}

bool is_complete_statement(const std::string& text) {
  return sqlite3_complete(text.c_str()) != 0;
}

}  // namespace heapscan::analysis::store
