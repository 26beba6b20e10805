#pragma once

#include <cstdint>
#include <string_view>

/// The tables that `heapscan load` writes. They are a promise to users: columns may be added, none
/// is ever renamed or changes its meaning.
namespace heapscan::analysis::store {

/// "HPSC", in the header of the file: this is a heapscan database.
inline constexpr std::int64_t kApplicationId = 0x48505343;

/// The version of the schema, in the header of the file.
inline constexpr std::int64_t kSchemaVersion = 1;

/// Ids are the rows of the dump: object 17 is the 18th object by address. They are unique within a
/// dump, and the dump's own id comes first in every key.
inline constexpr std::string_view kSchema = R"sql(
CREATE TABLE dump (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  format TEXT NOT NULL,
  runtime TEXT,
  version TEXT,
  pid INTEGER,
  command TEXT,
  host TEXT,
  taken_at INTEGER,                -- seconds since 1970-01-01 UTC
  object_count INTEGER NOT NULL,
  reference_count INTEGER NOT NULL,-- strong ones
  total_size INTEGER NOT NULL,     -- shallow bytes of all objects
  rss INTEGER,
  complete INTEGER NOT NULL,       -- 0: parts of the heap are missing
  collector TEXT,
  process_start INTEGER,
  pause_us INTEGER
);
CREATE TABLE type (
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (dump_id, id)
) WITHOUT ROWID;
CREATE TABLE object (
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  address INTEGER NOT NULL,
  type_id INTEGER NOT NULL,
  size INTEGER NOT NULL,
  refcount INTEGER,                -- NULL: immortal
  generation INTEGER,              -- NULL: not tracked; 3: frozen
  gc_tracked INTEGER NOT NULL,
  reachable INTEGER NOT NULL,
  retained_size INTEGER NOT NULL,
  dominator_id INTEGER,
  root_distance INTEGER,
  cycle_id INTEGER,                -- the unreachable cycle that it is in, or that keeps it
  surplus INTEGER NOT NULL,        -- reference count minus what the dump explains
  value TEXT,
  PRIMARY KEY (dump_id, id)
) WITHOUT ROWID;
CREATE TABLE reference (
  dump_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  kind TEXT NOT NULL,              -- attribute, item, key, value, ..., weak
  label TEXT,                      -- the attribute's name, the position, the key's value
  weak INTEGER NOT NULL
);
CREATE TABLE root (
  dump_id INTEGER NOT NULL,
  object_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  label TEXT
);
CREATE TABLE cycle (
  dump_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  objects INTEGER NOT NULL,
  size INTEGER NOT NULL,
  tail_objects INTEGER NOT NULL,
  tail_size INTEGER NOT NULL,
  signature TEXT NOT NULL,
  has_finalizer INTEGER NOT NULL,
  PRIMARY KEY (dump_id, id)
) WITHOUT ROWID;
CREATE VIEW histogram AS
  SELECT object.dump_id, type.name AS type, count(*) AS objects, sum(object.size) AS size
  FROM object JOIN type ON type.dump_id = object.dump_id AND type.id = object.type_id
  GROUP BY object.dump_id, type.name;
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

/// Made after the rows: sorting them once is several times faster than keeping order all along.
inline constexpr std::string_view kIndexes = R"sql(
CREATE INDEX reference_by_source ON reference (dump_id, source_id);
CREATE INDEX reference_by_target ON reference (dump_id, target_id);
CREATE INDEX object_by_address ON object (dump_id, address);
)sql";

inline constexpr std::string_view kDropIndexes = R"sql(
DROP INDEX IF EXISTS reference_by_source;
DROP INDEX IF EXISTS reference_by_target;
DROP INDEX IF EXISTS object_by_address;
)sql";

}  // namespace heapscan::analysis::store
