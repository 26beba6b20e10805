#include "analysis/store/stored_schema.h"

#include <string>

#include "analysis/store/schema.h"
#include "dump/error.h"

namespace heapscan::analysis::store {

namespace {

void require_version(Database& database, std::int64_t oldest) {
  if (database.number("PRAGMA application_id") != kApplicationId) {
    throw Error(ErrorKind::kBadInput,
                database.path() + ": a database, but not heapscan's: use another file");
  }
  const std::int64_t version = database.number("PRAGMA user_version");
  if (version >= oldest && version <= kSchemaVersion) {
    return;
  }
  std::string advice = ": use a newer heapscan";
  if (version < kFirstVersionWithDumps) {
    advice = ": load the dumps into a new database";
  } else if (version < kSchemaVersion) {
    advice = ": load its dumps into a new database, as in heapscan load " + database.path() +
             ":1 -o new.db";
  }
  throw Error(ErrorKind::kBadInput, database.path() + ": version " + std::to_string(version) +
                                        " of the schema is unsupported; supported: " +
                                        std::to_string(kSchemaVersion) + advice);
}

}  // namespace

void require_heapscan_schema(Database& database) {
  require_version(database, kSchemaVersion);
}

void require_stored_dumps(Database& database) {
  require_version(database, kFirstVersionWithDumps);
}

void prepare_schema(Database& database) {
  const bool is_new = database.number("PRAGMA application_id") == 0 &&
                      database.number("PRAGMA user_version") == 0 &&
                      database.number("SELECT count(*) FROM sqlite_schema") == 0;
  if (!is_new) {
    require_heapscan_schema(database);
    // It was added without a new version of the schema: older files of this version lack it.
    if (database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'diagnostic'") == 0) {
      database.execute(stored_table(kDiagnosticTable));
    }
    return;
  }
  for (const TableSchema& table : kTables) {
    database.execute(stored_table(table));
  }
  database.execute(kDumpFileTable);
  database.execute(kViews);
  database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
}

}  // namespace heapscan::analysis::store
