#include "tests/fuzz/sql_writer.h"

#include <utility>

#include <fmt/format.h>

namespace heapscan::tests {
namespace {

using Names = std::vector<std::string_view>;

/// A table in a FROM clause, and its columns.
struct Relation {
  std::string_view name;
  Names columns;
  unsigned arguments = 0;  ///< Of a table-valued function.
};

const std::vector<Relation>& relations() {
  static const std::vector<Relation> all = {
      {"dump",
       {"id", "path", "format", "runtime", "version", "pid", "command", "host", "taken_at",
        "object_count", "reference_count", "total_size", "rss", "complete", "collector",
        "process_start", "pause_us", "content_hash"}},
      {"diagnostic", {"dump_id", "id", "severity", "code", "count", "offset", "text"}},
      {"type", {"dump_id", "id", "name"}},
      {"name", {"dump_id", "id", "text"}},
      {"site", {"dump_id", "id", "function", "file", "line"}},
      {"object",
       {"dump_id", "id", "address", "type_id", "size", "refcount", "generation", "gc_tracked",
        "reachable", "retained_size", "dominator_id", "root_distance", "cycle_id", "surplus",
        "value", "content_hash", "site_id"}},
      {"reference_row", {"dump_id", "source_id", "ordinal", "target_id", "kind", "label"}},
      {"root", {"dump_id", "id", "object_id", "kind", "label"}},
      {"cycle",
       {"dump_id", "id", "objects", "size", "tail_objects", "tail_size", "signature",
        "has_finalizer"}},
      {"suspect",
       {"dump_id", "rank", "kind", "object_id", "holders", "type_id", "instances", "size",
        "retained_size", "share", "path", "fingerprint"}},
      {"reference", {"dump_id", "source_id", "target_id", "kind", "label", "weak", "key_id"}},
      {"histogram", {"dump_id", "type", "objects", "size"}},
      {"growth",
       {"old_dump_id", "new_dump_id", "type", "old_objects", "new_objects", "old_size", "new_size",
        "size_growth"}},
      {"roots_by_kind", {"dump_id", "kind", "roots", "objects"}},
      {"path_to_root", {"step", "object_id", "kind", "label", "id", "dump_id"}, 2},
      {"referrers", {"object_id", "distance", "id", "depth", "dump_id"}, 3},
      {"referents", {"object_id", "distance", "id", "depth", "dump_id"}, 3},
      {"dominated", {"object_id", "distance", "id", "dump_id"}, 2},
      {"retained_by", {"object_id", "distance", "id", "dump_id"}, 2},
      {"json_each", {"key", "value", "type", "atom", "id", "parent", "fullkey", "path"}, 1},
  };
  return all;
}

const Names kNumbers = {"0",
                        "1",
                        "2",
                        "3",
                        "7",
                        "39",
                        "-1",
                        "-0",
                        "4294967295",
                        "4294967296",
                        "9223372036854775807",
                        "-9223372036854775808",
                        "9223372036854775808",
                        "18446744073709551616",
                        "99999999999999999999999999",
                        "0x7fffffffffffffff",
                        "0.5",
                        "2.0",
                        "1e18",
                        "-9e18",
                        "1e308",
                        "9e999",
                        "-9e999"};

const Names kTexts = {"''",
                      "'dict'",
                      "'shop.Session'",
                      "'name%'",
                      "'2'",
                      "'2.0'",
                      "' 3 '",
                      "'7x'",
                      "'attribute'",
                      "x''",
                      "x'00ff31'",
                      "x'32'",
                      "'\xC3\xA9'",
                      "'[1,2,{\"a\":3}]'",
                      "'not json",
                      "'{}'",
                      "'%'",
                      "'_%_'",
                      "'[a-z'",
                      "NULL",
                      "'\xFF\xFE'"};

const Names kBinary = {"+", "-", "*", "/", "%", "||", "&", "|", "<<", ">>"};

const Names kComparison = {"=",  "=", "=",  "==", "<>",     "<",
                           "<=", ">", ">=", "IS", "IS NOT", "IS NOT DISTINCT FROM"};

const Names kFunctions = {"abs({})",
                          "length({})",
                          "hex({})",
                          "quote({})",
                          "typeof({})",
                          "coalesce({}, {})",
                          "iif({}, {}, 1)",
                          "min({}, {})",
                          "max({}, {})",
                          "instr({}, {})",
                          "upper({})",
                          "substr({}, {}, 3)",
                          "unicode({})",
                          "round({}, 2)",
                          "nullif({}, {})",
                          "printf('%d %s', {}, {})",
                          "zeroblob({} % 9)",
                          "likely({})",
                          "char({})",
                          "replace({}, 'a', {})",
                          "trim({})",
                          "json_array({}, {})",
                          "json_valid({})",
                          "json_quote({})",
                          "json_type({})",
                          "json({})",
                          "json_extract({}, {})",
                          "json_object('k', {})"};

/// Random, dependent on the order of rows, or not the same in two databases.
const Names kOtherFunctions = {"random() % 9",
                               "randomblob({} % 99)",
                               "last_insert_rowid()",
                               "changes()",
                               "sqlite_version()",
                               "sqlite_compileoption_get({})",
                               "printf('%.*c', 999999, 'x')",
                               "strftime('%s', {})",
                               "row_number() OVER (ORDER BY {})",
                               "lag({}, 2) OVER (PARTITION BY {} ORDER BY 1)",
                               "ntile({}) OVER ()",
                               "sum({}) OVER (ROWS BETWEEN 3 PRECEDING AND {} FOLLOWING)",
                               "nth_value({}, {}) OVER (ORDER BY 1 GROUPS 2 PRECEDING)",
                               "count(*) FILTER (WHERE {}) OVER w",
                               "load_extension({})",
                               "fts3_tokenizer({})",
                               "readfile({})",
                               "rowid",
                               "{} COLLATE nocase",
                               "{} MATCH {}",
                               "{} REGEXP {}",
                               "RAISE(ABORT, {})"};

const Names kForbidden = {
    "ATTACH 'stolen.db' AS other",
    "ATTACH ':memory:' AS other; SELECT * FROM other.sqlite_schema",
    "DETACH main",
    "VACUUM INTO 'stolen.db'",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "BEGIN EXCLUSIVE",
    "COMMIT",
    "SAVEPOINT s",
    "PRAGMA journal_mode = WAL",
    "PRAGMA writable_schema = 1",
    "PRAGMA query_only = 0",
    "PRAGMA user_version = 7",
    "PRAGMA temp_store_directory = 'stolen'",
    "PRAGMA table_info(object)",
    "PRAGMA integrity_check",
    "PRAGMA hard_heap_limit = 1",
    "PRAGMA trusted_schema = 1",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "SELECT * FROM pragma_table_info('object')",
    "SELECT * FROM pragma_function_list",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM sqlite_temp_schema",
    "SELECT * FROM heapscan_object WHERE id = 3",
    "SELECT * FROM dbstat",
    "SELECT * FROM sqlite_dbpage",
    "CREATE TABLE stolen (a)",
    "CREATE TEMP TABLE stolen AS SELECT * FROM object",
    "CREATE TEMP VIEW stolen AS SELECT * FROM object",
    "CREATE VIRTUAL TABLE temp.stolen USING heapscan_object",
    "CREATE VIRTUAL TABLE temp.stolen USING referrers(1)",
    "CREATE TEMP TRIGGER stolen AFTER INSERT ON dump BEGIN SELECT 1; END",
    "CREATE INDEX stolen ON object (size)",
    "DROP TABLE object",
    "DROP VIEW histogram",
    "ALTER TABLE object RENAME TO stolen",
    "INSERT INTO object SELECT * FROM object",
    "INSERT INTO dump (id) VALUES (7) ON CONFLICT DO NOTHING RETURNING *",
    "UPDATE object SET size = 0 WHERE id = 1",
    "UPDATE sqlite_schema SET sql = 'x'",
    "DELETE FROM reference_row",
    "REPLACE INTO type VALUES (1, 2, 'x')",
    "EXPLAIN DELETE FROM object",
    "EXPLAIN QUERY PLAN SELECT * FROM growth, object, reference",
    "EXPLAIN SELECT * FROM reference WHERE target_id = 2",
    "SELECT * FROM referrers",
    "SELECT * FROM referrers(1, 2, 1, 4)",
    "SELECT * FROM path_to_root(id) WHERE id = 3",
    "VALUES (1, 2), (3)",
    ";;;",
    "--",
    "/*",
    "",
};

// A grammar is recursive; `depth` ends it.
// NOLINTBEGIN(misc-no-recursion)

/// The pattern, with each "{}" replaced by the output of `argument`.
template <class Argument>
std::string filled(std::string_view pattern, Argument argument) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern.substr(at, 2) == "{}") {
      text += argument();
      ++at;
    } else {
      text += pattern[at];
    }
  }
  return text;
}

}  // namespace

SqlWriter::SqlWriter(std::uint64_t seed, std::vector<std::string> known)
    : dice_(seed), known_(std::move(known)) {}

std::string_view SqlWriter::pick(const Names& choices) {
  return choices[dice_.below(static_cast<std::uint32_t>(choices.size()))];
}

std::string SqlWriter::number() {
  return dice_.chance(60) ? std::to_string(dice_.below(45)) : std::string(pick(kNumbers));
}

std::string SqlWriter::literal() {
  return dice_.chance(60) ? number() : std::string(pick(kTexts));
}

std::string SqlWriter::column(const Scope& scope) {
  if (scope.empty()) {
    return literal();
  }
  const Source& source = scope[dice_.below(static_cast<std::uint32_t>(scope.size()))];
  return fmt::format("{}{}.{}", dice_.chance(5) ? "+" : "", source.alias, pick(*source.columns));
}

std::string SqlWriter::call(const Scope& scope, unsigned depth) {
  const auto argument = [&] { return expression(scope, depth - 1); };
  if (dice_.chance(4)) {
    has_one_answer_ = false;
    return filled(pick(kOtherFunctions), argument);
  }
  return filled(pick(kFunctions), argument);
}

std::string SqlWriter::condition(const Scope& scope, unsigned depth) {
  const auto inner = [&] { return expression(scope, depth == 0 ? 0 : depth - 1); };
  const char* const negation = dice_.chance(20) ? "NOT " : "";
  switch (dice_.below(depth == 0 ? 6 : 12)) {
    case 0:
    case 1:
    case 2:
      return fmt::format("{} {} {}", column(scope), pick(kComparison), inner());
    case 3:
      return fmt::format("{} {} {}", column(scope), pick(kComparison), column(scope));
    case 4:
      return fmt::format("{} {}BETWEEN {} AND {}", column(scope), negation, inner(), inner());
    case 5:
      return fmt::format("{} {}IN ({}, {}, {})", column(scope), negation, inner(), inner(),
                         literal());
    case 6:
      return fmt::format("{} {}{} {}", column(scope), negation, dice_.chance(50) ? "LIKE" : "GLOB",
                         inner());
    case 7:
      return fmt::format("({} OR {})", condition(scope, depth - 1), condition(scope, depth - 1));
    case 8:
      return fmt::format("({} AND {})", condition(scope, depth - 1), condition(scope, depth - 1));
    case 9:
      return fmt::format("{} {}IN ({})", column(scope), negation, select(scope, 1, depth - 1));
    case 10:
      return fmt::format("{}EXISTS ({})", negation, select(scope, 1, depth - 1));
    default:
      return fmt::format("({0}.{1}, {2}) = ({3}, {4})", scope.empty() ? "x" : scope[0].alias,
                         scope.empty() ? "y" : (*scope[0].columns)[0], column(scope), number(),
                         inner());
  }
}

std::string SqlWriter::expression(const Scope& scope, unsigned depth) {
  if (depth == 0) {
    return dice_.chance(50) ? column(scope) : literal();
  }
  switch (dice_.below(10)) {
    case 0:
    case 1:
    case 2:
      return column(scope);
    case 3:
      return literal();
    case 4:
      return fmt::format("({} {} {})", expression(scope, depth - 1), pick(kBinary),
                         expression(scope, depth - 1));
    case 5:
      return call(scope, depth);
    case 6:
      return fmt::format("({})", condition(scope, depth - 1));
    case 7:
      return fmt::format("CASE WHEN {} THEN {} ELSE {} END", condition(scope, depth - 1),
                         expression(scope, depth - 1), expression(scope, depth - 1));
    case 8:
      return fmt::format("CAST({} AS {})", expression(scope, depth - 1),
                         pick({"INTEGER", "TEXT", "REAL", "BLOB", "NUMERIC"}));
    default:
      return subquery(scope, depth - 1);
  }
}

std::string SqlWriter::subquery(const Scope& outer, unsigned depth) {
  Scope scope;
  const std::string sources = from(scope, depth);
  Scope visible = scope;
  visible.insert(visible.end(), outer.begin(), outer.end());
  return fmt::format("(SELECT {} FROM {} WHERE {})", aggregate(scope), sources,
                     condition(visible, depth));
}

std::string SqlWriter::aggregate(const Scope& scope) {
  if (dice_.chance(4)) {
    has_one_answer_ = false;
    return filled(pick({"group_concat({}, {})", "avg({})", "total({})", "json_group_array({})",
                        "json_group_object({}, {})", "sum({}) FILTER (WHERE {})"}),
                  [&] { return column(scope); });
  }
  return filled(
      pick({"count(*)", "count({})", "min({})", "max({})", "sum({})", "count(DISTINCT {})"}),
      [&] { return column(scope); });
}

std::string SqlWriter::table(Scope& scope, unsigned depth) {
  if (depth > 0 && dice_.chance(6)) {
    const std::string alias = "q" + std::to_string(aliases_++);
    static const Names columns = {"a", "b"};
    const std::string inner = select({}, 2, depth - 1);
    scope.push_back({alias, &columns});
    return fmt::format("({}) AS {}", inner, alias);
  }
  const Relation& relation =
      relations()[dice_.below(static_cast<std::uint32_t>(relations().size()))];
  std::string text(relation.name);
  if (relation.arguments > 0) {
    text += "(";
    // Now and then one too few or too many.
    const unsigned given = dice_.chance(90) ? 1 + dice_.below(relation.arguments)
                                            : dice_.below(relation.arguments + 2);
    for (unsigned argument = 0; argument < given; ++argument) {
      text += fmt::format("{}{}", argument == 0 ? "" : ", ",
                          dice_.chance(70) ? (dice_.chance(50) ? column(scope) : number())
                                           : expression(scope, depth == 0 ? 0 : depth - 1));
    }
    text += ")";
  }
  scope.push_back({fmt::format("t{}", aliases_++), &relation.columns});
  return text + " AS " + scope.back().alias;
}

std::string SqlWriter::from(Scope& scope, unsigned depth) {
  std::string text = table(scope, depth);
  while (scope.size() < 4 && dice_.chance(depth == 0 ? 10 : 35)) {
    const std::string_view join =
        pick({" JOIN ", " JOIN ", " JOIN ", " LEFT JOIN ", " CROSS JOIN ", ", "});
    text += join;
    text += table(scope, depth);
    if (join == ", ") {
      continue;
    }
    const Source& right = scope.back();
    const Source& left = scope[dice_.below(static_cast<std::uint32_t>(scope.size() - 1))];
    text += fmt::format(" ON {}.{} = {}.{}", right.alias, pick(*right.columns), left.alias,
                        pick(*left.columns));
    if (dice_.chance(30)) {
      text += " AND " + condition(scope, depth);
    }
  }
  return text;
}

std::string SqlWriter::select(const Scope& outer, unsigned columns, unsigned depth) {
  Scope scope;
  const std::string sources = from(scope, depth);
  Scope visible = scope;
  visible.insert(visible.end(), outer.begin(), outer.end());
  std::string text = dice_.chance(10) ? "SELECT DISTINCT " : "SELECT ";
  const bool grouped = dice_.chance(20);
  std::string key;
  for (unsigned row = 0; row < columns; ++row) {
    std::string cell;
    if (!grouped) {
      cell = expression(visible, depth);
    } else if (row == 0) {
      cell = key = column(scope);
    } else {
      cell = aggregate(scope);
    }
    text += fmt::format("{}{} AS {}", row == 0 ? "" : ", ", cell, static_cast<char>('a' + row));
  }
  text += " FROM " + sources;
  if (dice_.chance(80)) {
    text += " WHERE " + condition(visible, depth);
    if (dice_.chance(40)) {
      text += " AND " + condition(visible, depth);
    }
  }
  if (grouped) {
    text += " GROUP BY " + key;
    if (dice_.chance(30)) {
      text += fmt::format(" HAVING {} {} {}", aggregate(scope), pick(kComparison), number());
    }
  }
  return text;
}

std::string SqlWriter::with() {
  if (dice_.chance(50)) {
    return fmt::format(
        "WITH c(a, b) AS {}({}) SELECT c.*, t.* FROM c JOIN object AS t ON t.id = c.a",
        dice_.chance(50) ? "MATERIALIZED " : "", select({}, 2, 1));
  }
  return fmt::format(
      "WITH RECURSIVE c(x, d) AS (SELECT {}, 0 UNION{} SELECT r.target_id, c.d + 1 FROM c JOIN "
      "reference_row AS r ON r.source_id = c.x WHERE c.d < {}) SELECT {} FROM c",
      number(), dice_.chance(50) ? " ALL" : "", dice_.below(6),
      pick({"*", "count(*)", "max(d)", "DISTINCT x"}));
}

std::string SqlWriter::query() {
  constexpr unsigned kDepth = 3;
  has_one_answer_ = true;
  if (dice_.chance(8)) {
    return with();
  }
  const unsigned columns = 1 + dice_.below(4);
  std::string text = select({}, columns, dice_.below(kDepth));
  if (dice_.chance(10)) {
    text += fmt::format(" {} {}", pick({"UNION", "UNION ALL", "EXCEPT", "INTERSECT"}),
                        select({}, columns, 1));
  }
  if (dice_.chance(30)) {
    text += fmt::format(" ORDER BY {}{}", 1 + dice_.below(columns),
                        pick({"", " DESC", " COLLATE nocase", " NULLS LAST"}));
  }
  if (dice_.chance(20)) {
    has_one_answer_ = false;
    text += fmt::format(" LIMIT {} OFFSET {}", number(), number());
  }
  return text;
}

std::string SqlWriter::forbidden() {
  return std::string(pick(kForbidden)) + (dice_.chance(10) ? "; " + query() : "");
}

std::string SqlWriter::spoilt(std::string text) {
  const unsigned changes = 1 + dice_.below(4);
  for (unsigned change = 0; change < changes && !text.empty(); ++change) {
    const auto size = static_cast<std::uint32_t>(text.size());
    const std::size_t at = dice_.below(size);
    switch (dice_.below(7)) {
      case 0:
        text.erase(at, 1 + dice_.below(6));
        break;
      case 1:
        text.insert(at, 1, static_cast<char>(dice_.below(256)));
        break;
      case 2:
        text[at] = static_cast<char>(dice_.below(256));
        break;
      case 3:
        text.insert(at, text.substr(dice_.below(size), dice_.below(20)));
        break;
      case 4:
        text.insert(at, std::string(pick({"\0", "(", ")", "'", "\"", ";", ",", " NULL ", " -- ",
                                          "/*", "\xC0\x80", "\xEF\xBB\xBF", "?", ":x", "@"})) +
                            (dice_.chance(10) ? std::string(1, '\0') : ""));
        break;
      case 5:
        text.insert(at, literal());
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

WrittenSql SqlWriter::statement() {
  aliases_ = 0;
  WrittenSql written;
  const std::uint32_t kind = dice_.below(100);
  if (kind < 5) {
    written.text = forbidden();
  } else if (kind < 15 && !known_.empty()) {
    written.text = spoilt(known_[dice_.below(static_cast<std::uint32_t>(known_.size()))]);
  } else if (kind < 25) {
    written.text = spoilt(query());
  } else {
    written.text = query();
    written.has_one_answer = has_one_answer_;
  }
  return written;
}

// NOLINTEND(misc-no-recursion)

}  // namespace heapscan::tests
