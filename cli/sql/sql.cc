#include "cli/sql/sql.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <utility>

#include "analysis/store/query.h"
#include "analysis/store/stored_dumps.h"
#include "cli/console/messages.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/sql/query_prompt.h"
#include "cli/sql/query_runner.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::store::QueryDatabase;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan sql app.hsd \"SELECT * FROM histogram ORDER BY size DESC LIMIT 10\"\n"
    "  heapscan sql app.hsd \"SELECT * FROM path_to_root(4711)\"\n"
    "  heapscan sql old.hsd new.hsd \"SELECT * FROM growth ORDER BY size_growth DESC\"\n"
    "  heapscan sql heap.db -f questions.sql --format csv\n"
    "  heapscan sql app.hsd                              a prompt\n"
    "\n"
    "Tables: dump, diagnostic, type, object, reference, root, cycle, suspect, site, name;\n"
    "views: histogram, growth, roots_by_kind. heapscan-load(1) describes them, heapscan-sql(1)\n"
    "has thirty ready-made queries.";

/// The text of a query that is not among the arguments.
std::string read_query(const std::string& path) {
  const bool from_stdin = path == "-";
  std::ifstream file;
  if (!from_stdin) {
    file.open(path, std::ios::binary);
    if (!file) {
      throw Error(ErrorKind::kBadInput,
                  path + ": cannot be read: check the name of the query file");
    }
  }
  std::istream& in = from_stdin ? std::cin : file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// SQL has blanks in it; the name of a dump that has some is there as a file. A dump without a name
/// is a query that a script did not fill in.
bool is_query(const std::string& argument) {
  std::error_code ignored;
  return argument == "-" || argument.empty() ||
         (argument.find_first_of(" \n\t") != std::string::npos &&
          !std::filesystem::exists(argument, ignored));
}

/// A single database is queried as it is, and dumps as virtual tables.
std::unique_ptr<QueryDatabase> open_database(const std::vector<std::string>& names,
                                             formats::Damage damage,
                                             const Messages& messages,
                                             ExitCode& code) {
  if (names.size() == 1 && analysis::store::is_database(names.front())) {
    const std::string& path = names.front();
    return std::make_unique<QueryDatabase>(path, [path, damage](std::int64_t id) {
      return open_heap(DumpArgument{path, id}, damage);
    });
  }
  std::vector<QueryDatabase::Dump> dumps;
  for (const std::string& name : names) {
    dumps.push_back({name, open_heap(name, messages, damage)});
    code = code == ExitCode::kDone ? done_with(dumps.back().heap) : code;
  }
  return std::make_unique<QueryDatabase>(std::move(dumps));
}

}  // namespace

Verb add_sql(CLI::App& app) {
  auto command = std::make_shared<SqlCommand>();
  CLI::App* sub = app.add_subcommand("sql", "Run SQL queries on dumps");
  sub->footer(kExamples);
  sub->add_option("DUMP", command->arguments,
                  "The dumps, or a database of heapscan load; then the query")
      ->required()
      ->option_text("... [QUERY]");
  sub->add_option("-f,--file", command->query_file, "Read the query from a file; -: from stdin")
      ->option_text("FILE");
  add_format_option(*sub, command->format,
                    {Format::kText, Format::kCsv, Format::kJson, Format::kMarkdown});
  sub->add_option("--timeout", command->timeout, "Stop a query that takes longer")
      ->check(CLI::NonNegativeNumber)
      ->option_text("SECONDS");
  add_salvage_option(*sub, command->damage);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const SqlCommand& command, const Console& console) {
  const Messages messages(console, command.messages);
  std::vector<std::string> names = command.arguments;
  std::string query = command.query_file.empty() ? std::string() : read_query(command.query_file);
  const bool from_argument = command.query_file.empty() && is_query(names.back());
  if (from_argument) {
    query = names.back() == "-" ? read_query("-") : names.back();
    names.pop_back();
  }
  if (from_argument && query.find_first_not_of(" \n\t") == std::string::npos) {
    throw Error(ErrorKind::kUsage, "sql: the query is empty");
  }
  if (names.empty()) {
    throw Error(ErrorKind::kUsage, "sql: name the dump before the query: see heapscan sql --help");
  }
  ExitCode code = ExitCode::kDone;
  const std::unique_ptr<QueryDatabase> database =
      open_database(names, command.damage, messages, code);
  QueryRunner runner(*database, console, messages, command.format, command.timeout);
  const bool has_query = from_argument || !command.query_file.empty();
  if (!has_query && ::isatty(STDIN_FILENO) != 0 && console.out_terminal.is_terminal) {
    run_query_prompt(runner, console);
    return code;
  }
  const ExitCode result = runner.run(has_query ? query : read_query("-"));
  return result == ExitCode::kDone ? code : result;
}

}  // namespace heapscan::cli
