#include "cli/sql/query_prompt.h"

#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>

#include <editline/readline.h>

#include "cli/console/printable.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kHelp =
    "Statements end with a semicolon and may span several lines.\n"
    "  .tables          list tables, views and functions\n"
    "  .schema [TABLE]  list columns\n"
    "  .quit            exit (also Ctrl-D); Ctrl-C stops a query\n";

/// One line from the terminal, without its end; false when there are no more.
bool read_line(const char* prompt, std::string& line) {
  const std::unique_ptr<char, decltype(&std::free)> text(::readline(prompt), std::free);
  if (text == nullptr) {
    return false;
  }
  line = text.get();
  if (!line.empty()) {
    ::add_history(line.c_str());
  }
  return true;
}

std::string quoted(const std::string& text) {
  std::string sql = "'";
  for (const char byte : text) {
    sql += byte == '\'' ? "''" : std::string(1, byte);
  }
  return sql + "'";
}

/// The query for a line that begins with a dot; empty when there is no such command.
std::string command_query(const std::string& line) {
  constexpr std::size_t kSchemaLength = 7;
  if (line == ".tables") {
    return "SELECT name, iif(type = 'virtual', 'table', type) AS type FROM pragma_table_list WHERE "
           "schema = 'main'"
           " AND name NOT LIKE 'sqlite_%'"
           " UNION ALL SELECT value, 'function' FROM json_each("
           "'[\"path_to_root\",\"referrers\",\"referents\",\"dominated\",\"retained_by\"]')"
           " ORDER BY 2, 1";
  }
  if (line.rfind(".schema", 0) == 0) {
    const std::size_t name = line.find_first_not_of(' ', kSchemaLength);
    return "SELECT m.name AS \"table\", c.name AS \"column\", c.type FROM sqlite_schema AS m"
           " JOIN pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view')" +
           (name == std::string::npos ? std::string()
                                      : " AND m.name = " + quoted(line.substr(name)));
  }
  return {};
}

void run_guarded(QueryRunner& runner, const std::string& sql, const Console& console) {
  try {
    static_cast<void>(runner.run(sql));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kOutput) {
      throw;
    }
    console.err << printable(error.what()) << '\n' << std::flush;
  }
}

}  // namespace

void run_query_prompt(QueryRunner& runner, const Console& console) {
  console.out << "Enter SQL queries; .help for help, .quit to exit.\n" << std::flush;
  std::string statement;
  std::string line;
  while (read_line(statement.empty() ? "heapscan> " : "     ...> ", line)) {
    if (statement.empty() && line.rfind('.', 0) == 0) {
      if (line == ".quit" || line == ".exit") {
        return;
      }
      const std::string query = command_query(line);
      if (query.empty()) {
        console.out << kHelp << std::flush;
      } else {
        run_guarded(runner, query, console);
      }
      continue;
    }
    statement += line + "\n";
    if (analysis::store::is_complete_statement(statement)) {
      run_guarded(runner, statement, console);
      statement.clear();
    } else if (statement.find_first_not_of(" \n\t") == std::string::npos) {
      statement.clear();
    }
  }
  console.out << '\n' << std::flush;
}

}  // namespace heapscan::cli
