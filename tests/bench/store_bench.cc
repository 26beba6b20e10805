// Measures SQL on a heap shaped like real ones: how fast it is loaded, and the same questions
// answered in three ways in one run: by a plain loop over the columns, by the virtual tables, and
// by the loaded tables. Seconds are CPU time, user and system: other load on the machine and the
// speed of its disk hardly affect them.
//     store_bench [OBJECTS]...     (default 5,000,000)

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/store/database.h"
#include "analysis/store/heap_answers.h"
#include "analysis/store/load.h"
#include "analysis/store/query.h"
#include "analysis/store/schema.h"
#include "analysis/store/stored_schema.h"
#include "analysis/store/tables.h"
#include "tests/support/realistic_heap.h"
#include "tests/support/temporary_directory.h"

namespace heapscan {
namespace {

using analysis::store::Database;
using analysis::store::OpenMode;
using analysis::store::Query;
using analysis::store::QueryDatabase;
using dump::Heap;
using dump::ObjectId;

double processor_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double seconds(const std::function<void()>& work) {
  const double begin = processor_time();
  work();
  return processor_time() - begin;
}

/// The bytes that the values of the tables take as columns of their natural width.
double column_bytes(const Heap& heap) {
  constexpr double kObjectRow = 4 + 8 + 4 + 4 + 4 + 1 + 1 + 1 + 8 + 4 + 4 + 4 + 4 + 8;
  constexpr double kReferenceRow = 4 + 4 + 4 + 1 + 4;
  double texts = 0;
  for (std::uint32_t row = 0; row < heap.columns().value_text.size(); ++row) {
    texts += static_cast<double>(heap.columns().value_text[row].size());
  }
  return kObjectRow * heap.object_count() +
         kReferenceRow * static_cast<double>(heap.reference_count()) + texts;
}

/// Loads table by table, as load() does, because the parts of load() cannot be timed from outside.
void measure_load(const Heap& heap, const std::string& path) {
  namespace store = analysis::store;
  store::QueriedDumps dumps;
  Database database(path, OpenMode::kWrite);
  database.execute("PRAGMA cache_size = -262144");
  store::add_table_modules(database.connection(), dumps);
  store::Transaction transaction(database);
  store::prepare_schema(database);
  database.execute(store::kDropIndexes);
  dumps.emplace_back(1, "bench.hsd", [&heap] { return heap; });
  const double analyses = seconds([&] {
    store::HeapAnswers& answers = dumps.front().answers();
    static_cast<void>(answers.garbage());
    static_cast<void>(answers.paths());
    static_cast<void>(answers.surplus());
    static_cast<void>(answers.suspects());
  });
  std::printf("analyses                 %7.2f s\n", analyses);
  for (const store::TableSchema& table : store::kTables) {
    const std::string name(table.name);
    database.execute("CREATE VIRTUAL TABLE temp.new_" + name + " USING heapscan_" + name);
    const double time = seconds(
        [&] { database.execute("INSERT INTO main." + name + " SELECT * FROM temp.new_" + name); });
    const double rows = table.name == "object" ? static_cast<double>(heap.object_count())
                        : table.name == "reference_row"
                            ? static_cast<double>(heap.reference_count())
                            : 0;
    if (rows > 0) {
      std::printf("insert %-17s %7.2f s  %6.2f M rows/s\n", name.c_str(), time, rows / time / 1e6);
    }
  }
  const double before = static_cast<double>(database.number("PRAGMA page_count")) *
                        static_cast<double>(database.number("PRAGMA page_size"));
  const double index = seconds([&] { database.execute(store::kIndexes); });
  const double commit = seconds([&] { transaction.commit(); });
  std::printf("index by target          %7.2f s\ncommit                   %7.2f s\n", index,
              commit);
  const double columns = column_bytes(heap);
  const auto after = static_cast<double>(std::filesystem::file_size(path));
  std::printf("size before the index    %7.0f MB, %.2f of the columns; with it %.0f MB, %.2f\n",
              before / 1e6, before / columns, after / 1e6, after / columns);
}

std::int64_t run(QueryDatabase& database, std::string_view sql) {
  std::int64_t rows = 0;
  while (auto query = database.next(sql)) {
    while (query->step() == Query::Step::kRow) {
      ++rows;
    }
  }
  return rows;
}

/// One question, answered in three ways; `plain` is the loop over the columns.
void compare(const char* what,
             const std::string& sql,
             const std::function<void()>& plain,
             QueryDatabase& columns,
             QueryDatabase& loaded) {
  const double by_loop = seconds(plain);
  const double by_columns = seconds([&] { run(columns, sql); });
  const double by_tables = seconds([&] { run(loaded, sql); });
  std::printf("%-32s %9.4f s %9.3f s %9.3f s   x%.0f of the loop, x%.2f of the tables\n", what,
              by_loop, by_columns, by_tables, by_columns / by_loop, by_columns / by_tables);
}

void count_by_type(const Heap& heap) {
  std::vector<std::uint64_t> objects(heap.columns().types.size());
  std::vector<std::uint64_t> sizes(objects.size());
  for (const ObjectId id : heap.objects()) {
    ++objects[heap.type(id).value()];
    sizes[heap.type(id).value()] += heap.size(id);
  }
  volatile std::uint64_t kept = sizes.front() + objects.front();
  static_cast<void>(kept);
}

/// References to objects of type 0, by the type of their source.
void count_referrers(const Heap& heap) {
  std::vector<std::uint64_t> count(heap.columns().types.size());
  for (const ObjectId id : heap.objects()) {
    for (const ObjectId target : heap.targets(id)) {
      if (heap.type(target).value() == 0) {
        ++count[heap.type(id).value()];
      }
    }
  }
  volatile std::uint64_t kept = count.front();
  static_cast<void>(kept);
}

void thousand_paths(const Heap& heap) {
  const analysis::PathForest forest(heap);
  std::uint64_t steps = 0;
  for (std::uint32_t number = 0; number < 1000; ++number) {
    const auto path = forest.path(ObjectId(number * (heap.object_count() / 1000)));
    steps += path ? path->steps.size() : 0;
  }
  volatile std::uint64_t kept = steps;
  static_cast<void>(kept);
}

void measure(std::uint32_t objects) {
  const Heap heap = tests::realistic_heap(objects);
  std::printf("%u objects, %llu references, %.0f MB of columns\n", heap.object_count(),
              static_cast<unsigned long long>(heap.reference_count()), column_bytes(heap) / 1e6);
  const tests::TemporaryDirectory scratch;
  const std::string path = (scratch / "heap.db").string();
  measure_load(heap, path);
  QueryDatabase columns({{"bench.hsd", heap}});
  QueryDatabase loaded(path, [&heap](std::int64_t /*id*/) { return heap; });
  std::printf("%-32s %11s %11s %11s\n", "", "plain loop", "dump", "loaded");
  compare(
      "GROUP BY type", "SELECT type_id, count(*), sum(size) FROM object GROUP BY type_id",
      [&] { count_by_type(heap); }, columns, loaded);
  compare(
      "histogram", "SELECT * FROM histogram", [&] { count_by_type(heap); }, columns, loaded);
  compare(
      "references to one type, by type",
      "SELECT s.type_id, count(*) FROM object AS t"
      " JOIN reference_row AS r ON r.dump_id = t.dump_id AND r.target_id = t.id"
      " JOIN object AS s ON s.dump_id = r.dump_id AND s.id = r.source_id"
      " WHERE t.dump_id = 1 AND t.type_id = 0 GROUP BY s.type_id",
      [&] { count_referrers(heap); }, columns, loaded);
  compare(
      "path_to_root of 1,000 objects",
      "SELECT p.step FROM object AS o, path_to_root(o.id, 1) AS p WHERE o.dump_id = 1 AND o.id "
      "IN (WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + " +
          std::to_string(objects / 1000) + " FROM c LIMIT 1000) SELECT x FROM c)",
      [&] { thousand_paths(heap); }, columns, loaded);
  compare(
      "count(*), sum(size)", "SELECT count(*), sum(size) FROM object", [&] { count_by_type(heap); },
      columns, loaded);
}

}  // namespace
}  // namespace heapscan

int main(int argc, char** argv) {
  std::vector<std::uint32_t> sizes;
  for (int argument = 1; argument < argc; ++argument) {
    sizes.push_back(static_cast<std::uint32_t>(std::stoul(argv[argument])));
  }
  if (sizes.empty()) {
    sizes = {5'000'000};
  }
  for (const std::uint32_t objects : sizes) {
    heapscan::measure(objects);
  }
  return 0;
}
