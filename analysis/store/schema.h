#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// The tables of a heap in SQL, both as `heapscan load` writes them to a file and as `heapscan sql`
/// presents them over the columns of a dump. Users rely on them: columns may be added, but none is
/// ever renamed or changes its meaning.
///
/// The text of a definition, with its comments, is stored in databases: it does not change.
namespace heapscan::analysis::store {

/// "HPSC", in the file header: marks a heapscan database.
inline constexpr std::int64_t kApplicationId = 0x48505343;

/// The version of the schema, in the file header.
inline constexpr std::int64_t kSchemaVersion = 3;

/// The first version with the dumps themselves, in the table dump_file; all later ones have it.
inline constexpr std::int64_t kFirstVersionWithDumps = 2;

/// The definition of a table, stored or virtual.
struct TableSchema {
  std::string_view name;
  std::string_view columns;      ///< Their definitions, as CREATE TABLE has them.
  std::string_view constraints;  ///< Of the stored table: primary and foreign keys.
};

/// Ids are row numbers of the dump: object 17 is the 18th object by address. They are unique within
/// a dump, and the id of the dump is the first column of every key. Tables are stored in the order
/// of their keys, which saves an index and a row number for each row.
inline constexpr TableSchema kDumpTable = {"dump", R"sql(
  id INTEGER NOT NULL,
  path TEXT NOT NULL,
  format TEXT NOT NULL,
  runtime TEXT,
  version TEXT,
  pid INTEGER,
  command TEXT,
  host TEXT,
  taken_at INTEGER,                 -- seconds since 1970-01-01 UTC
  object_count INTEGER NOT NULL,
  reference_count INTEGER NOT NULL, -- strong ones
  total_size INTEGER NOT NULL,      -- shallow bytes of all objects
  rss INTEGER,
  complete INTEGER NOT NULL,        -- 0: parts of the heap are missing
  collector TEXT,
  process_start INTEGER,
  pause_us INTEGER,
  content_hash INTEGER NOT NULL     -- equal for equal heaps
)sql",
                                           ", PRIMARY KEY (id)"};

/// What is missing from a salvaged dump, and what that means; empty for all others.
inline constexpr TableSchema kDiagnosticTable = {"diagnostic", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  severity TEXT NOT NULL,           -- info, data-loss, or error: some questions have no answer
  code TEXT NOT NULL,               -- for programs, such as lost-roots
  count INTEGER NOT NULL,
  offset INTEGER,                   -- of the first in the file; NULL: unknown
  text TEXT NOT NULL
)sql",
                                                 ", PRIMARY KEY (dump_id, id),"
                                                 " FOREIGN KEY (dump_id) REFERENCES dump"};

inline constexpr TableSchema kTypeTable = {"type", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL
)sql",
                                           ", PRIMARY KEY (dump_id, id),"
                                           " FOREIGN KEY (dump_id) REFERENCES dump"};

/// Strings that label references and roots.
inline constexpr TableSchema kNameTable = {"name", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  text TEXT NOT NULL
)sql",
                                           ", PRIMARY KEY (dump_id, id),"
                                           " FOREIGN KEY (dump_id) REFERENCES dump"};

/// Allocation sites, for runtimes that trace them.
inline constexpr TableSchema kSiteTable = {"site", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  function TEXT,
  file TEXT,
  line INTEGER
)sql",
                                           ", PRIMARY KEY (dump_id, id),"
                                           " FOREIGN KEY (dump_id) REFERENCES dump"};

inline constexpr TableSchema kObjectTable = {"object", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  address INTEGER NOT NULL,
  type_id INTEGER NOT NULL,
  size INTEGER NOT NULL,
  refcount INTEGER,                 -- NULL: immortal
  generation INTEGER,               -- NULL: not tracked; 3: frozen
  gc_tracked INTEGER NOT NULL,
  reachable INTEGER NOT NULL,
  retained_size INTEGER NOT NULL,
  dominator_id INTEGER,
  root_distance INTEGER,
  cycle_id INTEGER,                 -- the unreachable cycle that it is in, or that keeps it
  surplus INTEGER NOT NULL,         -- reference count minus what the dump explains
  value TEXT,                       -- cut to 64 characters
  content_hash INTEGER,             -- equal for equal texts and bytes
  site_id INTEGER
)sql",
                                             ", PRIMARY KEY (dump_id, id),"
                                             " FOREIGN KEY (dump_id, type_id) REFERENCES type,"
                                             " FOREIGN KEY (dump_id, site_id) REFERENCES site"};

/// The basis of the view `reference`: numbers only; the kind decides what the label means.
inline constexpr TableSchema kReferenceTable = {
    "reference_row", R"sql(
  dump_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,         -- counts the references of one source
  target_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,            -- see the view
  label INTEGER                     -- a position, or a row of name or object
)sql",
    ", PRIMARY KEY (dump_id, source_id, ordinal),"
    " FOREIGN KEY (dump_id, source_id) REFERENCES object,"
    " FOREIGN KEY (dump_id, target_id) REFERENCES object"};

inline constexpr TableSchema kRootTable = {"root", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  object_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  label TEXT
)sql",
                                           ", PRIMARY KEY (dump_id, id),"
                                           " FOREIGN KEY (dump_id, object_id) REFERENCES object"};

inline constexpr TableSchema kCycleTable = {"cycle", R"sql(
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  objects INTEGER NOT NULL,
  size INTEGER NOT NULL,
  tail_objects INTEGER NOT NULL,
  tail_size INTEGER NOT NULL,
  signature TEXT NOT NULL,
  has_finalizer INTEGER NOT NULL
)sql",
                                            ", PRIMARY KEY (dump_id, id),"
                                            " FOREIGN KEY (dump_id) REFERENCES dump"};

/// Leak suspects, as `heapscan inspect --suspects` shows them.
inline constexpr TableSchema kSuspectTable = {"suspect", R"sql(
  dump_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,            -- from 1: the largest
  kind TEXT NOT NULL,
  object_id INTEGER,                -- what holds it; NULL: roots do
  holders INTEGER NOT NULL,         -- objects that hold it alike, of which object_id is one
  type_id INTEGER NOT NULL,         -- of what gathers
  instances INTEGER NOT NULL,       -- how many of that type
  size INTEGER NOT NULL,            -- bytes that gather: no object is in two suspects
  retained_size INTEGER NOT NULL,   -- bytes that would be freed with the holders
  share REAL NOT NULL,              -- of everything reachable, from 0 to 1
  path TEXT NOT NULL,               -- to the object, or the roots that hold it
  fingerprint TEXT NOT NULL         -- the same in every run of the program
)sql",
                                              ", PRIMARY KEY (dump_id, rank),"
                                              " FOREIGN KEY (dump_id, object_id) REFERENCES object,"
                                              " FOREIGN KEY (dump_id, type_id) REFERENCES type"};

/// Ordered so that each table refers only to tables before it.
inline constexpr std::array kTables = {kDumpTable,  kDiagnosticTable, kTypeTable,      kNameTable,
                                       kSiteTable,  kObjectTable,     kReferenceTable, kRootTable,
                                       kCycleTable, kSuspectTable};

/// Views over the tables, stored or virtual.
inline constexpr std::string_view kViews = R"sql(
CREATE VIEW reference AS
  SELECT dump_id, source_id, target_id,
         CASE kind WHEN 0 THEN 'attribute' WHEN 1 THEN 'item' WHEN 2 THEN 'key'
                   WHEN 3 THEN 'value' WHEN 4 THEN 'cell' WHEN 5 THEN 'local'
                   WHEN 6 THEN 'type' WHEN 7 THEN 'internal' WHEN 8 THEN 'conservative'
                   ELSE 'weak' END AS kind,
         CASE WHEN kind IN (0, 4, 5, 7, 255) THEN
                (SELECT text FROM name
                 WHERE name.dump_id = reference_row.dump_id AND name.id = reference_row.label)
              WHEN kind = 3 THEN
                (SELECT coalesce(object.value,
                                 (SELECT type.name FROM type
                                  WHERE type.dump_id = object.dump_id
                                    AND type.id = object.type_id))
                 FROM object
                 WHERE object.dump_id = reference_row.dump_id AND object.id = reference_row.label)
              ELSE CAST(label AS TEXT) END AS label,
         kind = 255 AS weak,
         CASE kind WHEN 3 THEN label END AS key_id
  FROM reference_row;
CREATE VIEW histogram AS
  SELECT counted.dump_id, type.name AS type, sum(counted.objects) AS objects,
         sum(counted.size) AS size
  FROM (SELECT dump_id, type_id, count(*) AS objects, sum(size) AS size
        FROM object GROUP BY dump_id, type_id) AS counted
       JOIN type ON type.dump_id = counted.dump_id AND type.id = counted.type_id
  GROUP BY counted.dump_id, type.name;
CREATE VIEW growth AS
  WITH counted AS MATERIALIZED (SELECT * FROM histogram)
  SELECT pair.old_id AS old_dump_id, pair.new_id AS new_dump_id, counted.type,
         sum(iif(counted.dump_id = pair.old_id, counted.objects, 0)) AS old_objects,
         sum(iif(counted.dump_id = pair.new_id, counted.objects, 0)) AS new_objects,
         sum(iif(counted.dump_id = pair.old_id, counted.size, 0)) AS old_size,
         sum(iif(counted.dump_id = pair.new_id, counted.size, 0)) AS new_size,
         sum(iif(counted.dump_id = pair.new_id, counted.size, -counted.size)) AS size_growth
  FROM (SELECT older.id AS old_id, newer.id AS new_id
        FROM dump AS older JOIN dump AS newer ON older.id < newer.id) AS pair
  JOIN counted ON counted.dump_id IN (pair.old_id, pair.new_id)
  GROUP BY pair.old_id, pair.new_id, counted.type;
CREATE VIEW roots_by_kind AS
  SELECT dump_id, kind, count(*) AS roots, count(DISTINCT object_id) AS objects
  FROM root GROUP BY dump_id, kind;
)sql";

/// The kind of weak references in reference_row; the kinds of strong ones are those of
/// dump::ReferenceKind.
inline constexpr std::int64_t kWeakKind = 255;

/// The dump files themselves, each in several parts: what heapscan reads if the database is given
/// instead of a dump.
inline constexpr std::string_view kDumpFileTable = R"sql(
CREATE TABLE dump_file (
  dump_id INTEGER NOT NULL,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (dump_id, part),
  FOREIGN KEY (dump_id) REFERENCES dump
);
)sql";

/// Created after the rows: sorting once is several times faster than maintaining the order. There
/// are no indexes by address or type: scanning the objects is faster than creating one.
///
/// SQLite sorts runs as large as its cache and merges them: runs of 1 MiB, which fit in the
/// processor's cache, take half the time of runs of 256 MiB.
inline constexpr std::string_view kIndexes = R"sql(
PRAGMA cache_size = -1024;
CREATE INDEX reference_by_target ON reference_row (dump_id, target_id);
)sql";

inline constexpr std::string_view kDropIndexes = R"sql(
DROP INDEX IF EXISTS reference_by_target;
)sql";

/// The CREATE TABLE statement of a stored table.
[[nodiscard]] inline std::string stored_table(const TableSchema& table) {
  return "CREATE TABLE " + std::string(table.name) + " (" + std::string(table.columns) +
         std::string(table.constraints) + ") WITHOUT ROWID;\n";
}

}  // namespace heapscan::analysis::store
