#include "analysis/store/query.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/graph/neighbourhood.h"
#include "analysis/store/database.h"
#include "analysis/store/heap_answers.h"
#include "analysis/store/load.h"
#include "analysis/suspects/suspects.h"
#include "dump/error.h"
#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/random_heap.h"
#include "tests/support/temporary_directory.h"

namespace heapscan::analysis::store {
namespace {

using tests::HeapSketch;
using Rows = std::vector<std::string>;

std::string text_of(const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*number);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return fmt::format("{}", *number);
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return std::string(*text);
  }
  return "-";
}

/// The rows of all statements, columns separated by a bar, NULL as "-".
Rows ask(QueryDatabase& database, std::string_view sql) {
  Rows rows;
  while (auto query = database.next(sql)) {
    while (query->step() == Query::Step::kRow) {
      std::string row;
      for (std::size_t column = 0; column < query->columns().size(); ++column) {
        row += (column == 0 ? "" : "|") + text_of(query->value(static_cast<int>(column)));
      }
      rows.push_back(row);
    }
  }
  return rows;
}

std::string failure(QueryDatabase& database, std::string_view sql) {
  try {
    ask(database, sql);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  ADD_FAILURE() << sql << " did not fail";
  return {};
}

/// A shop with a cache that holds two sessions, and a lost node.
///
/// Objects: 0 the module, 1 its dict, 2 the list, 3 the name "cache", 4 and 5 sessions, 6 the node.
HeapSketch shop() {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto cache = sketch.object("list", 72);
  sketch.global(module, "cache", cache);
  for (std::uint32_t number = 0; number < 2; ++number) {
    sketch.item(cache, sketch.object("shop.Session", 48), number);
  }
  const auto lost = sketch.object("Node", 16);
  sketch.attribute(lost, lost, "self");
  return sketch;
}

dump::Heap some_heap(std::uint64_t seed) {
  return tests::random_heap(seed, {.objects = 40, .references = 90, .roots = 5});
}

QueryDatabase over(const HeapSketch& sketch) {
  std::vector<QueryDatabase::Dump> dumps;
  dumps.push_back({"a.hsd", sketch.heap()});
  return QueryDatabase(std::move(dumps));
}

TEST(Query, AnswersFromTheColumnsOfADump) {
  QueryDatabase database = over(shop());
  EXPECT_EQ(ask(database, "SELECT type, objects, size FROM histogram ORDER BY type"),
            (Rows{"Node|1|16", "dict|1|184", "list|1|72", "module|1|72", "shop.Session|2|96",
                  "str|1|50"}));
  EXPECT_EQ(ask(database, "SELECT path, object_count, reference_count FROM dump"),
            Rows{"a.hsd|7|6"});
  EXPECT_EQ(ask(database, "SELECT kind, label FROM root"), Rows{"module|shop"});
  EXPECT_EQ(ask(database, "SELECT objects, tail_objects FROM cycle"), Rows{"1|0"});
}

TEST(Query, ShowsWhereMemoryAccumulates) {
  HeapSketch sketch;
  const auto cache = sketch.object("dict", 64);
  sketch.global(sketch.module("shop"), "cache", cache);
  for (int page = 0; page < 50; ++page) {
    sketch.entry(cache, sketch.text("page " + std::to_string(page)),
                 sketch.object("shop.Page", 480));
  }
  QueryDatabase database = over(sketch);
  EXPECT_EQ(ask(database,
                "SELECT s.rank, s.kind, t.name, s.holders, s.instances, s.path,"
                " s.share > 0.5 AND s.share < 1, s.size = s.retained_size,"
                " length(s.fingerprint) FROM suspect AS s"
                " JOIN object AS o ON o.dump_id = s.dump_id AND o.id = s.object_id"
                " JOIN type AS t ON t.dump_id = s.dump_id AND t.id = s.type_id"),
            Rows{"1|holder|shop.Page|1|50|module shop > .cache > dict|1|1|16"});
  EXPECT_EQ(ask(database, "SELECT count(*) FROM suspect WHERE rank IN (0, -1, 2)"), Rows{"0"});
  EXPECT_EQ(ask(database, "SELECT count(*) FROM suspect WHERE dump_id = 1 AND rank = 1"),
            Rows{"1"});
}

TEST(Query, RunsTheAnalysesWhenAQueryNeedsThem) {
  QueryDatabase database = over(shop());
  EXPECT_EQ(ask(database,
                "SELECT retained_size, dominator_id, root_distance, reachable, cycle_id"
                " FROM object WHERE id IN (2, 6)"),
            (Rows{"168|1|2|1|-", "0|-|-|0|0"}));
}

TEST(Query, FindsRowsByComparedValues) {
  QueryDatabase database = over(shop());
  EXPECT_EQ(ask(database,
                "SELECT id FROM object WHERE address = (SELECT address FROM object"
                " WHERE id = 4)"),
            Rows{"4"});
  EXPECT_EQ(ask(database, "SELECT id FROM object WHERE dominator_id = 2"), (Rows{"4", "5"}));
  EXPECT_EQ(ask(database, "SELECT source_id, kind, label FROM reference WHERE target_id = 5"),
            Rows{"2|item|1"});
  EXPECT_EQ(ask(database, "SELECT kind, label, key_id FROM reference WHERE source_id = 1"),
            (Rows{"key|0|-", "value|cache|3"}));
  EXPECT_EQ(ask(database, "SELECT kind FROM root WHERE object_id = 0"), Rows{"module"});
}

TEST(Query, FindsNothingForAValueThatNoNumberEquals) {
  QueryDatabase database = over(shop());
  for (const char* value : {"NULL", "'x'", "4.5", "-1", "99999999999", "1e300", "x'00'"}) {
    EXPECT_EQ(ask(database, fmt::format("SELECT id FROM object WHERE id = {}", value)), Rows{})
        << value;
    EXPECT_EQ(ask(database, fmt::format("SELECT * FROM reference WHERE target_id = {}", value)),
              Rows{})
        << value;
    EXPECT_EQ(ask(database, fmt::format("SELECT * FROM path_to_root({})", value)), Rows{}) << value;
  }
  EXPECT_EQ(ask(database, "SELECT id FROM object WHERE id = 4.0"), Rows{"4"});
  EXPECT_EQ(ask(database, "SELECT id FROM object WHERE dump_id = 2"), Rows{});
}

TEST(Query, FindsTheSameRowsByEveryPlan) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<QueryDatabase::Dump> dumps;
    dumps.push_back({"a.hsd", some_heap(seed)});
    dumps.push_back({"b.hsd", some_heap(seed + 1000)});
    QueryDatabase both(std::move(dumps));
    // A unary plus hides a column from the planner, which then scans all rows.
    for (const char* column : {"id", "type_id", "dominator_id", "address"}) {
      const auto question = [column](const char* hidden) {
        return fmt::format(
            "SELECT o.dump_id, o.id FROM object AS k, object AS o WHERE k.id % 3 = 0"
            " AND {0}o.dump_id = k.dump_id AND {0}o.{1} = k.{1}"
            " ORDER BY k.dump_id, k.id, o.id",
            hidden, column);
      };
      EXPECT_EQ(ask(both, question("")), ask(both, question("+"))) << column << ", seed " << seed;
    }
    for (const char* column : {"source_id", "target_id"}) {
      const auto question = [column](const char* hidden) {
        return fmt::format(
            "SELECT r.* FROM object AS o, reference AS r WHERE"
            " {0}r.dump_id = o.dump_id AND {0}r.{1} = o.id"
            " ORDER BY 1, 2, 3, 4, 5, 6",
            hidden, column);
      };
      EXPECT_EQ(ask(both, question("")), ask(both, question("+"))) << column << ", seed " << seed;
    }
    EXPECT_EQ(ask(both, "SELECT type_id, count(*) FROM object GROUP BY dump_id, type_id"),
              ask(both, "SELECT type_id, count(*) FROM object GROUP BY +dump_id, +type_id"));
  }
}

TEST(Query, FunctionsFollowTheGraph) {
  QueryDatabase database = over(shop());
  EXPECT_EQ(ask(database, "SELECT * FROM path_to_root(4)"),
            (Rows{"0|0|module|shop", "1|1|attribute|__dict__", "2|2|value|cache", "3|4|item|0"}));
  EXPECT_EQ(ask(database, "SELECT * FROM path_to_root(6)"), Rows{});
  EXPECT_EQ(ask(database, "SELECT * FROM referrers(4)"), Rows{"2|1"});
  EXPECT_EQ(ask(database, "SELECT * FROM referrers(4, 2)"), (Rows{"2|1", "1|2"}));
  EXPECT_EQ(ask(database, "SELECT * FROM referents(2, 9, 1)"), (Rows{"4|1", "5|1"}));
  EXPECT_EQ(ask(database, "SELECT * FROM dominated(2)"), (Rows{"4|1", "5|1"}));
  EXPECT_EQ(ask(database, "SELECT * FROM retained_by(2)"), (Rows{"2|0", "4|1", "5|1"}));
  EXPECT_EQ(ask(database,
                "SELECT f.object_id FROM object AS o, dominated(o.id) AS f"
                " WHERE o.type_id = (SELECT type_id FROM object WHERE id = 2)"),
            (Rows{"4", "5"}));
  EXPECT_NE(failure(database, "SELECT * FROM path_to_root").find("argument"), std::string::npos);
  EXPECT_NE(failure(database, "SELECT * FROM referrers(1, -1)").find("depth"), std::string::npos);
}

TEST(Query, FindsNothingForANumberThatNothingHas) {
  QueryDatabase database = over(shop());
  for (const char* number : {"-1", "7", "4294967296", "-9223372036854775808", "9223372036854775807",
                             "18446744073709551616", "2.5", "'x'"}) {
    for (const char* column :
         {"object.id", "object.address", "object.type_id", "object.dominator_id",
          "reference.source_id", "reference.target_id", "root.object_id", "type.id", "cycle.id",
          "suspect.rank", "dump.id"}) {
      const std::string table(column, std::string_view(column).find('.'));
      EXPECT_EQ(ask(database,
                    fmt::format("SELECT count(*) FROM {} WHERE {} = {}", table, column, number)),
                Rows{"0"});
    }
    for (const char* function :
         {"path_to_root", "referrers", "referents", "dominated", "retained_by"}) {
      EXPECT_EQ(ask(database, fmt::format("SELECT * FROM {}({})", function, number)), Rows{});
    }
  }
}

TEST(Query, RetainedObjectsAddUpToTheRetainedSize) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<QueryDatabase::Dump> dumps;
    dumps.push_back({"a.hsd", some_heap(seed)});
    QueryDatabase database(std::move(dumps));
    EXPECT_EQ(ask(database,
                  "SELECT o.id FROM object AS o WHERE o.retained_size <> (SELECT"
                  " coalesce(sum(f.size), 0) FROM retained_by(o.id) AS r"
                  " JOIN object AS f ON f.id = r.object_id)"),
              Rows{});
  }
}

TEST(Query, ShowsWhereObjectsWereAllocated) {
  dump::HeapBuilder builder;
  const auto site = builder.add_site({builder.intern("load"), builder.intern("app.py"), 17});
  const auto object = builder.add_object(
      {.address = 16, .type = builder.add_type("dict"), .size = 64, .refcount = 1, .flags = {}});
  builder.set_site(object, site);
  std::vector<QueryDatabase::Dump> dumps;
  dumps.push_back({"a.hsd", std::move(builder).finish()});
  QueryDatabase database(std::move(dumps));
  EXPECT_EQ(ask(database, "SELECT function, file, line FROM site JOIN object ON site_id = site.id"),
            Rows{"load|app.py|17"});
}

/// The query plan of SQLite: which table comes first, and which index is used.
std::string plan(QueryDatabase& database, const std::string& sql) {
  std::string steps;
  for (const std::string& row : ask(database, "EXPLAIN QUERY PLAN " + sql)) {
    steps += row.substr(row.rfind('|') + 1) + "; ";
  }
  return steps;
}

TEST(Query, PlansCommonQueriesAroundTheirLookups) {
  std::vector<QueryDatabase::Dump> dumps;
  dumps.push_back({"a.hsd", some_heap(1)});
  QueryDatabase database(std::move(dumps));
  const std::string one = "dump_id = 1 AND ";
  // What must not be sorted, and what must be looked up rather than scanned for each row of another
  // table.
  const auto sorts = [&](const std::string& sql) {
    return plan(database, sql).find("B-TREE") != std::string::npos;
  };
  EXPECT_FALSE(sorts("SELECT type_id, count(*) FROM object GROUP BY type_id"));
  EXPECT_FALSE(sorts("SELECT id FROM object ORDER BY id"));
  EXPECT_FALSE(sorts("SELECT * FROM object WHERE type_id = 3 ORDER BY id"));
  EXPECT_FALSE(sorts("SELECT name FROM type ORDER BY name"));
  EXPECT_FALSE(sorts("SELECT ordinal FROM reference_row WHERE source_id = 3 ORDER BY ordinal"));
  EXPECT_TRUE(sorts("SELECT id FROM object ORDER BY size DESC"));
  const auto first_table = [&](const std::string& sql) {
    const std::string steps = plan(database, sql);
    return steps.substr(0, steps.find(" VIRTUAL"));
  };
  EXPECT_EQ(first_table("SELECT count(*) FROM reference_row AS r JOIN object AS o ON"
                        " o.dump_id = r.dump_id AND o.id = r.source_id WHERE r.dump_id = 1 AND"
                        " r.target_id = 5"),
            "SCAN r");
  EXPECT_EQ(first_table("SELECT count(*) FROM reference_row AS r JOIN object AS o ON"
                        " o.dump_id = r.dump_id AND o.id = r.target_id WHERE o.dump_id = 1 AND"
                        " o.type_id = 2"),
            "SCAN o");
  EXPECT_EQ(first_table("SELECT t.name FROM object AS o JOIN type AS t ON t.dump_id = o.dump_id"
                        " AND t.id = o.type_id WHERE o.dump_id = 1 AND o.id = 7"),
            "SCAN o");
  EXPECT_EQ(first_table("SELECT r.label FROM root AS r JOIN object AS o ON o.dump_id = r.dump_id"
                        " AND o.id = r.object_id WHERE o.dump_id = 1 AND o.address = 4096"),
            "SCAN o");
  // A lookup has a plan number other than that of a scan (0).
  EXPECT_EQ(
      plan(database, "SELECT * FROM object WHERE " + one + "dominator_id = 2").find("INDEX 0:"),
      std::string::npos);
}

TEST(Query, OnlyReads) {
  QueryDatabase database = over(shop());
  for (const char* sql :
       {"CREATE TABLE x (a)", "DELETE FROM object", "INSERT INTO dump VALUES (1)",
        "ATTACH 'other.db' AS other", "DROP VIEW histogram", "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF", "BEGIN", "VACUUM INTO 'copy.db'", "DETACH main",
        "UPDATE object SET size = 0", "SELECT load_extension('x.so')", "ANALYZE", "SAVEPOINT a",
        "CREATE VIRTUAL TABLE temp.y USING heapscan_object"}) {
    EXPECT_NE(failure(database, sql).find("SQL: "), std::string::npos) << sql;
  }
  EXPECT_EQ(ask(database, "SELECT count(*) FROM object"), Rows{"7"});
  EXPECT_EQ(ask(database, "SELECT name FROM pragma_table_info('type')"),
            (Rows{"dump_id", "id", "name"}));
}

TEST(Query, ReportsThePlaceOfAMistake) {
  QueryDatabase database = over(shop());
  const std::string reason = failure(database, "SELECT id\nFORM object");
  EXPECT_NE(reason.find("syntax error"), std::string::npos) << reason;
  EXPECT_NE(reason.find("(line 2, character 6: 'object')"), std::string::npos) << reason;
  EXPECT_NE(failure(database, "SELECT colour FROM object").find("no such column: colour"),
            std::string::npos);
  EXPECT_NE(failure(database, "SELECT abs(-9223372036854775807 - 1)").find("overflow"),
            std::string::npos);
}

TEST(Query, RejectsAZeroByteThatWouldHideTheRest) {
  QueryDatabase database = over(shop());
  using namespace std::string_view_literals;
  const std::string reason = failure(database, "SELECT 1;\nSELECT\0 2"sv);
  EXPECT_NE(reason.find("zero byte"), std::string::npos) << reason;
  EXPECT_NE(reason.find("line 2, character 7"), std::string::npos) << reason;
}

constexpr const char* kEndless =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";

TEST(Query, StopsAtItsTimeout) {
  QueryDatabase database = over(shop());
  database.set_timeout(std::chrono::milliseconds(50));
  std::string_view sql = kEndless;
  EXPECT_EQ(database.next(sql)->step(), Query::Step::kInterrupted);
}

TEST(Query, StopsWhenItIsInterrupted) {
  QueryDatabase database = over(shop());
  std::string_view sql = kEndless;
  auto query = database.next(sql);
  std::thread user([&database] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    database.interrupt();
  });
  EXPECT_EQ(query->step(), Query::Step::kInterrupted);
  user.join();
  database.resume();
  EXPECT_EQ(ask(database, "SELECT 1"), Rows{"1"});
}

TEST(Query, InterruptedBeforeItStartsWaitsForResume) {
  QueryDatabase database = over(shop());
  database.interrupt();
  std::string_view sql = "SELECT 1";
  EXPECT_EQ(database.next(sql)->step(), Query::Step::kInterrupted);
  database.resume();
  EXPECT_EQ(ask(database, "SELECT 1"), Rows{"1"});
}

TEST(Query, StopsInTheMiddleOfAnAnalysisOrAFunction) {
  const dump::Heap heap = some_heap(1);
  StopSignal stop;
  HeapAnswers answers(heap, stop);
  stop.request();
  EXPECT_THROW(static_cast<void>(answers.dominators()), Stopped);
  EXPECT_THROW(static_cast<void>(answers.paths()), Stopped);
  EXPECT_THROW(static_cast<void>(answers.garbage()), Stopped);
  EXPECT_THROW(static_cast<void>(answers.suspects()), Stopped);
  stop.reset();
  EXPECT_EQ(answers.dominators().retained, dominator_tree(heap).retained);
  const Suspects suspects = answers.suspects();
  stop.request();
  EXPECT_THROW(static_cast<void>(find_suspects(heap, answers.dominators(), answers.paths(), stop)),
               Stopped);
  EXPECT_EQ(suspects.size, find_suspects(heap, answers.dominators(), answers.paths()).size);
  EXPECT_THROW(static_cast<void>(neighbourhood(heap, {ObjectId(0)}, Direction::kOut, {9, 0}, stop)),
               Stopped);
}

class StoredQuery : public testing::Test {
 protected:
  void load_dump(const dump::Heap& heap, bool references = true) {
    load({.heap = heap, .source = "a.hsd", .file = {}, .references = references, .again = true},
         path_, {});
  }

  [[nodiscard]] QueryDatabase opened(const dump::Heap& heap) const {
    return QueryDatabase(path_, [heap](std::int64_t /*id*/) { return heap; });
  }

  tests::TemporaryDirectory directory_;
  std::string path_ = (directory_ / "heap.db").string();
};

TEST_F(StoredQuery, HasEveryRowOfTheDumpInEveryTable) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const dump::Heap heap = some_heap(seed);
    std::filesystem::remove(path_);
    load_dump(heap);
    std::vector<QueryDatabase::Dump> dumps;
    dumps.push_back({"a.hsd", heap});
    QueryDatabase columns(std::move(dumps));
    QueryDatabase tables = opened(heap);
    for (const char* table :
         {"dump", "diagnostic", "type", "name", "site", "object", "reference_row", "reference",
          "root", "cycle", "suspect", "histogram", "roots_by_kind"}) {
      const std::string sql = fmt::format("SELECT * FROM {}", table);
      Rows of_columns = ask(columns, sql);
      Rows of_tables = ask(tables, sql);
      std::sort(of_columns.begin(), of_columns.end());
      std::sort(of_tables.begin(), of_tables.end());
      EXPECT_EQ(of_columns, of_tables) << table << ", seed " << seed;
    }
    const char* const paths =
        "SELECT o.id, p.* FROM object AS o, path_to_root(o.id) AS p"
        " ORDER BY 1, 2";
    EXPECT_EQ(ask(columns, paths), ask(tables, paths));
  }
}

TEST_F(StoredQuery, LeavesTheFileUnchanged) {
  load_dump(shop().heap());
  const auto before = std::filesystem::last_write_time(path_);
  QueryDatabase database = opened(shop().heap());
  EXPECT_NE(failure(database, "DELETE FROM object").find("SQL: "), std::string::npos);
  EXPECT_EQ(ask(database, "SELECT count(*) FROM object"), Rows{"7"});
  EXPECT_EQ(std::filesystem::last_write_time(path_), before);
}

TEST_F(StoredQuery, WithoutReferencesStillHasTheObjects) {
  load_dump(shop().heap(), false);
  QueryDatabase database = opened(shop().heap());
  EXPECT_EQ(ask(database, "SELECT count(*), max(retained_size) FROM object"), Rows{"7|474"});
  EXPECT_EQ(ask(database, "SELECT count(*) FROM reference"), Rows{"0"});
}

TEST_F(StoredQuery, RejectsADatabaseOfAnotherProgram) {
  Database(path_, OpenMode::kWrite).execute("CREATE TABLE bookmark (url)");
  try {
    static_cast<void>(opened(shop().heap()));
    FAIL() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
  }
}

TEST_F(StoredQuery, RejectsADatabaseWithANewerSchema) {
  load_dump(shop().heap());
  Database(path_, OpenMode::kWrite).execute("PRAGMA user_version = 99");
  try {
    static_cast<void>(opened(shop().heap()));
    FAIL() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
    EXPECT_NE(std::string(error.what()).find("newer heapscan"), std::string::npos);
  }
}

}  // namespace
}  // namespace heapscan::analysis::store
