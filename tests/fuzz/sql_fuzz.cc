// Runs the queries that SqlWriter writes on small heaps with all kinds of facts, both on the
// virtual tables over the columns and on a loaded database:
//     sql_fuzz MANUAL_PAGE SEED QUERIES SECONDS
// It ends after this many queries or seconds, whichever comes first; 0 means no limit. It fails if
//  - a query ends with anything but rows, an error message, lack of memory or a timeout;
//  - a query takes much longer than its timeout;
//  - the two databases give different rows for a query that has only one answer;
//  - a file was written or changed.
// Sanitizers find the rest. The query being run is in sql_fuzz.last, in a temporary directory that
// a crash leaves behind.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "analysis/store/load.h"
#include "analysis/store/query.h"
#include "dump/error.h"
#include "tests/fuzz/sql_writer.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/formats/sample_heaps.h"

namespace heapscan::tests {
namespace {

using analysis::store::Query;
using analysis::store::QueryDatabase;
using analysis::store::SqlValue;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTime(200);
/// How much longer a single step of SQLite may take, with sanitizers on a busy machine.
constexpr milliseconds kPatience(5'000);
constexpr std::size_t kMostRows = 3000;
constexpr std::int64_t kMemory = std::int64_t{64} << 20U;
constexpr std::uint64_t kQueriesOfADatabase = 500;

enum class Ending : std::uint8_t { kAnswered, kTooManyRows, kRefused, kNoMemory, kNoTime };

struct Answer {
  Ending ending = Ending::kAnswered;
  std::vector<std::string> rows;  ///< Sorted.
  bool exact = true;              ///< No fractions, whose last digit may be arbitrary.
  std::string refusal;
};

std::string text_of(const SqlValue& value, bool& exact) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*number);
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return "'" + std::string(*text) + "'";
  }
  exact = exact && std::holds_alternative<std::monostate>(value);
  return "-";
}

void read_rows(Query& query, Answer& answer) {
  for (Query::Step step = query.step(); step != Query::Step::kEnd; step = query.step()) {
    if (step == Query::Step::kInterrupted) {
      answer.ending = Ending::kNoTime;
      return;
    }
    if (answer.rows.size() == kMostRows) {
      answer.ending = Ending::kTooManyRows;
      return;
    }
    std::string row;
    for (std::size_t column = 0; column < query.columns().size(); ++column) {
      row += text_of(query.value(static_cast<int>(column)), answer.exact) + "|";
    }
    answer.rows.push_back(std::move(row));
  }
}

Answer ask(QueryDatabase& database, std::string_view sql) {
  Answer answer;
  database.resume();
  database.set_timeout(kTime);
  try {
    while (auto query = database.next(sql)) {
      read_rows(*query, answer);
      if (answer.ending != Ending::kAnswered) {
        break;
      }
    }
  } catch (const std::bad_alloc&) {
    answer.ending = Ending::kNoMemory;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUsage) {
      throw;
    }
    answer.ending = Ending::kRefused;
    answer.refusal = error.what();
  }
  std::sort(answer.rows.begin(), answer.rows.end());
  return answer;
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The example queries of heapscan-sql(1).
std::vector<std::string> known_queries(const std::string& page) {
  constexpr std::string_view kBegin = ".Bd -literal -offset indent\n";
  const std::string text = file_text(page);
  std::vector<std::string> queries;
  for (std::size_t at = text.find(".Ss Queries"); at != std::string::npos;) {
    at = text.find(kBegin, at);
    if (at != std::string::npos) {
      at += kBegin.size();
      queries.push_back(text.substr(at, text.find(".Ed", at) - at));
    }
  }
  if (queries.empty()) {
    throw Error(ErrorKind::kBadInput, page + ": has no queries: give heapscan-sql.1");
  }
  return queries;
}

class Fuzzer {
 public:
  Fuzzer(std::uint64_t seed, const std::string& page)
      : writer_(seed, known_queries(page)),
        heaps_({{"a.hsd", heap_with_everything()}, {"b.hsd", random_heap(40, seed)}}) {
    for (const QueryDatabase::Dump& dump : heaps_) {
      analysis::store::load({.heap = dump.heap, .source = dump.path, .file = {}}, path_, {});
    }
    loaded_ = file_text(path_);
    sqlite3_hard_heap_limit64(kMemory);
    std::filesystem::current_path(directory_.path());
  }

  void one_more() {
    if (queries_++ % kQueriesOfADatabase == 0) {
      columns_ = std::make_unique<QueryDatabase>(heaps_);
      tables_ = std::make_unique<QueryDatabase>(
          path_, [this](std::int64_t id) { return heaps_[static_cast<std::size_t>(id - 1)].heap; });
    }
    const WrittenSql sql = writer_.statement();
    last_ = sql.text;
    std::ofstream(kLast, std::ios::binary) << sql.text;
    const auto begin = Clock::now();
    const Answer of_columns = ask(*columns_, sql.text);
    const Answer of_tables = ask(*tables_, sql.text);
    if (Clock::now() - begin > 2 * kTime + kPatience) {
      fail("took too long");
    }
    ++endings_[static_cast<std::size_t>(of_columns.ending)];
    if (sql.has_one_answer && of_columns.ending == Ending::kAnswered &&
        of_tables.ending == Ending::kAnswered && of_columns.exact && of_tables.exact) {
      ++compared_;
      with_rows_ += of_columns.rows.empty() ? 0U : 1U;
      if (of_columns.rows != of_tables.rows) {
        fail(fmt::format("{} rows of the dumps, {} of the database, not the same",
                         of_columns.rows.size(), of_tables.rows.size()));
      }
    }
  }

  void finish() {
    columns_.reset();
    tables_.reset();
    constexpr std::size_t kFiles = 2;  // The database, and the last query.
    if (directory_.entries() != kFiles || file_text(path_) != loaded_) {
      fail("a file was written by one of the queries");
    }
  }

  void report() const {
    constexpr const char* kEndings[] = {"answered", "with too many rows", "refused",
                                        "out of memory", "out of time"};
    fmt::print("{} queries:", queries_);
    for (std::size_t ending = 0; ending < std::size(endings_); ++ending) {
      fmt::print(" {} {},", endings_[ending], kEndings[ending]);
    }
    fmt::print(" {} compared, {} of them with rows\n", compared_, with_rows_);
  }

  [[nodiscard]] std::uint64_t queries() const { return queries_; }

  [[nodiscard]] const std::string& last() const { return last_; }

 private:
  static constexpr const char* kLast = "sql_fuzz.last";

  [[noreturn]] static void fail(const std::string& reason) {
    throw Error(ErrorKind::kInternal, reason);
  }

  TemporaryDirectory directory_;
  std::string path_ = (directory_ / "heap.db").string();
  SqlWriter writer_;
  std::vector<QueryDatabase::Dump> heaps_;
  std::string loaded_;
  std::unique_ptr<QueryDatabase> columns_;
  std::unique_ptr<QueryDatabase> tables_;
  std::string last_;
  std::uint64_t queries_ = 0;
  std::uint64_t compared_ = 0;
  std::uint64_t with_rows_ = 0;
  std::uint64_t endings_[5] = {};
};

int run(const std::string& page, std::uint64_t seed, std::uint64_t queries, std::uint64_t seconds) {
  const auto begin = Clock::now();
  Fuzzer fuzzer(seed, page);
  try {
    while ((queries == 0 || fuzzer.queries() < queries) &&
           (seconds == 0 || Clock::now() - begin < std::chrono::seconds(seconds))) {
      fuzzer.one_more();
    }
    fuzzer.finish();
  } catch (const std::exception& error) {
    std::cerr << "seed " << seed << ", query " << fuzzer.queries() << ": " << error.what() << '\n'
              << fuzzer.last() << '\n';
    return 1;
  }
  fuzzer.report();
  return 0;
}

}  // namespace
}  // namespace heapscan::tests

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: sql_fuzz MANUAL_PAGE SEED QUERIES SECONDS\n";
    return 2;
  }
  return heapscan::tests::run(argv[1], std::stoull(argv[2]), std::stoull(argv[3]),
                              std::stoull(argv[4]));
}
