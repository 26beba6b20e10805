#include "cli/sql/sql.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <system_error>
#include <utility>

#include "analysis/store/query.h"
#include "analysis/store/stored_dumps.h"
#include "cli/console/messages.h"
#include "cli/input/open_heap.h"
#include "cli/input/salvage.h"
#include "cli/sql/query_prompt.h"
#include "cli/sql/query_runner.h"
#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::store::QueryDatabase;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan sql app.hsd \"SELECT * FROM histogram ORDER BY size DESC LIMIT 10\"\n"
    "  heapscan sql app.hsd \"SELECT * FROM path_to_root(4711)\"\n"
    "  heapscan sql old.hsd new.hsd \"SELECT * FROM growth ORDER BY size_growth DESC\"\n"
    "  heapscan sql heap.db -f queries.sql --format csv\n"
    "  heapscan sql app.hsd                              an interactive prompt\n"
    "\n"
    "Tables: dump, diagnostic, type, object, reference, root, cycle, suspect, site,\n"
    "name; views: histogram, growth, roots_by_kind. heapscan-load(1) describes them,\n"
    "heapscan-sql(1) has thirty example queries.";

/// A query that is not among the arguments.
std::string read_query(const std::string& path) {
  const bool from_stdin = path == "-";
  std::ifstream file;
  if (!from_stdin) {
    file.open(path, std::ios::binary);
    if (!file) {
      throw Error(ErrorKind::kBadInput,
                  system_error_text("read " + path, errno) + ": check the name of the query file");
    }
  }
  std::istream& in = from_stdin ? std::cin : file;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// SQL contains spaces; a name with spaces is a dump only if the file exists. An empty argument is
/// a query that a script left empty.
bool is_query(const std::string& argument) {
  std::error_code ignored;
  return argument == "-" || argument.empty() ||
         (argument.find_first_of(" \n\t") != std::string::npos &&
          !std::filesystem::exists(argument, ignored));
}

/// Throws Error(kBadInput) if the last of several dumps looks like a mistyped query.
void reject_query_of_one_word(const std::vector<std::string>& dumps) {
  std::error_code ignored;
  if (dumps.size() > 1 && dumps.back().find_first_of("./:") == std::string::npos &&
      !std::filesystem::exists(dumps.back(), ignored)) {
    throw Error(ErrorKind::kBadInput,
                "sql: '" + dumps.back() + "' is neither a file nor an SQL query");
  }
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

/// The command line.
struct SqlOptions {
  std::vector<std::string> arguments;  ///< Dumps, and perhaps the query at the end.
  std::string query_file;
  SqlRequest request;  ///< The rest.
};

SqlRequest request_of(const SqlOptions& options) {
  SqlRequest request = options.request;
  request.dumps = options.arguments;
  if (!options.query_file.empty()) {
    request.query = read_query(options.query_file);
  } else if (is_query(request.dumps.back())) {
    const std::string& last = request.dumps.back();
    request.query = last == "-" ? read_query("-") : last;
    request.dumps.pop_back();
    if (request.query->find_first_not_of(" \n\t") == std::string::npos) {
      throw Error(ErrorKind::kUsage, "sql: the query is empty");
    }
  }
  if (request.dumps.empty()) {
    throw Error(ErrorKind::kUsage,
                "sql: missing dump: it goes before the query: see heapscan sql --help");
  }
  reject_query_of_one_word(request.dumps);
  return request;
}

std::vector<Option> sql_options(SqlOptions& options) {
  return {{.names = "-f,--file",
           .value = "FILE",
           .help = "Read the query from FILE; -: standard input",
           .target = text_value(options.query_file)},
          format_option(options.request.format,
                        {Format::kText, Format::kCsv, Format::kJson, Format::kMarkdown}),
          {.names = "--timeout",
           .value = "SECONDS",
           .help = "Stop queries that take longer",
           .target = parsed(options.request.timeout, parse_seconds)},
          salvage_option(options.request.salvage)};
}

}  // namespace

Verb sql_verb() {
  const auto options = std::make_shared<SqlOptions>();
  return {
      .name = "sql",
      .summary = "Query dumps in SQL",
      .examples = kExamples,
      .arguments = {{.name = "DUMP",
                     .help = "Dumps, or a database written by heapscan load,\nand the query",
                     .take = each_text(options->arguments),
                     .required = true,
                     .repeatable = true,
                     .followed_by = "[QUERY]"}},
      .options = concatenated({sql_options(*options), message_options(options->request.messages)}),
      .run = [options](const Console& console) { return run(request_of(*options), console); }};
}

ExitCode run(const SqlRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  ExitCode code = ExitCode::kDone;
  const std::unique_ptr<QueryDatabase> database =
      open_database(request.dumps, damage_of(request.salvage), messages, code);
  QueryRunner runner(*database, console, messages, request.format, request.timeout);
  if (!request.query && ::isatty(STDIN_FILENO) != 0 && console.out_terminal.is_terminal) {
    run_query_prompt(runner, console);
    return code;
  }
  const ExitCode result = runner.run(request.query ? *request.query : read_query("-"));
  return result == ExitCode::kDone ? code : result;
}

}  // namespace heapscan::cli
