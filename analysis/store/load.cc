#include "analysis/store/load.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "analysis/store/content_hash.h"
#include "analysis/store/database.h"
#include "analysis/store/queried_dumps.h"
#include "analysis/store/schema.h"
#include "analysis/store/stored_schema.h"
#include "analysis/store/tables.h"
#include "dump/error.h"

// The rows come from virtual tables over the columns of the dump. That is faster than binding
// values row by row, and there is only one definition of what a row contains.
namespace heapscan::analysis::store {
namespace {

std::int64_t new_dump_id(Database& database, const LoadRequest& request) {
  if (!request.again) {
    Statement same = database.prepare("SELECT id, path FROM dump WHERE content_hash = ?");
    same.bind(1, content_hash(request.heap));
    if (same.step()) {
      throw Error(ErrorKind::kUsage, request.source + ": " + database.path() +
                                         " already contains this dump as number " +
                                         std::to_string(same.number(0)) + " (" + same.text(1) +
                                         "): add --again to load it again");
    }
  }
  return database.number("SELECT coalesce(max(id), 0) + 1 FROM dump");
}

void copy_tables(Database& database, bool references) {
  for (const TableSchema& table : kTables) {
    if (references || table.name != kReferenceTable.name) {
      database.execute(
          fmt::format("CREATE VIRTUAL TABLE temp.new_{0} USING heapscan_{0};"
                      "INSERT INTO main.{0} SELECT * FROM temp.new_{0};"
                      "DROP TABLE temp.new_{0};",
                      table.name));
    }
  }
}

void copy_file(Database& database, std::int64_t dump, std::span<const std::byte> file) {
  constexpr std::size_t kPartSize = std::size_t{64} << 20U;
  Statement insert = database.prepare("INSERT INTO dump_file VALUES (?, ?, ?)");
  std::int64_t part = 0;
  for (std::size_t at = 0; at < file.size(); at += kPartSize) {
    insert.bind(1, dump);
    insert.bind(2, part++);
    insert.bind_bytes(3, file.subspan(at, std::min(kPartSize, file.size() - at)));
    insert.step();
    insert.reset();
  }
}

std::int64_t load_into(Database& database,
                       QueriedDumps& dumps,
                       const LoadRequest& request,
                       const Progress& progress) {
  // 256 MiB of pages in memory: the rows of a large dump are written once, not spilled and re-read.
  database.execute("PRAGMA cache_size = -262144");
  add_table_modules(database.connection(), dumps);
  Transaction transaction(database);
  prepare_schema(database);
  const std::int64_t id = new_dump_id(database, request);
  dumps.emplace_back(id, request.source, [&request] { return request.heap; });
  if (progress) {
    const std::uint64_t total =
        request.heap.object_count() + (request.references ? request.heap.reference_count() : 0);
    database.set_progress([&dumps, &progress, total] {
      return progress(std::min(dumps.front().rows_read(), total), total);
    });
  }
  database.execute(kDropIndexes);
  copy_tables(database, request.references);
  if (request.references) {
    copy_file(database, id, request.file);
  }
  database.execute(kIndexes);
  // Without statistics, SQLite plans joins of several tables that are a thousand times too slow; a
  // small sample is enough.
  database.execute("PRAGMA analysis_limit = 1000");
  database.execute("ANALYZE");
  transaction.commit();
  return id;
}

/// If the disk is full, SQLite leaves an unfinished transaction, which is undone when the file is
/// opened next: this opens it.
void undo_load(const std::string& database, bool existed) {
  std::error_code ignored;
  if (!existed) {
    std::filesystem::remove(database, ignored);
    std::filesystem::remove(database + "-journal", ignored);
    return;
  }
  try {
    const Database undone(database, OpenMode::kRead);
  } catch (const Error&) {
    // The reason why the load failed is more useful; the next reader tries again.
  }
}

}  // namespace

std::int64_t load(const LoadRequest& request,
                  const std::string& database,
                  const Progress& progress) {
  std::error_code ignored;
  const bool existed = std::filesystem::exists(database, ignored);
  try {
    QueriedDumps dumps;  // Must outlive the connection that reads them.
    Database opened(database, OpenMode::kWrite);
    return load_into(opened, dumps, request, progress);
  } catch (...) {
    undo_load(database, existed);
    throw;
  }
}

}  // namespace heapscan::analysis::store
