#include "cli/sql/query_runner.h"

#include <chrono>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "cli/console/interrupt.h"

namespace heapscan::cli {

using analysis::store::Query;
using analysis::store::SqlValue;

QueryRunner::QueryRunner(analysis::store::QueryDatabase& database,
                         const Console& console,
                         const Messages& messages,
                         Format format,
                         double timeout)
    : database_(database),
      console_(console),
      messages_(messages),
      format_(format),
      timeout_(timeout) {}

ExitCode QueryRunner::run(std::string_view sql) {
  database_.resume();
  const InterruptHandler on_interrupt([this] { database_.interrupt(); });
  if (timeout_ > 0) {
    database_.set_timeout(std::chrono::milliseconds(static_cast<std::int64_t>(timeout_ * 1000)));
  }
  const bool is_for_people = format_ == Format::kText || format_ == Format::kMarkdown;
  bool first = true;
  while (auto query = database_.next(sql)) {
    if (!first && is_for_people) {
      console_.out << '\n';
    }
    first = false;
    if (!print(*query)) {
      messages_.warn(on_interrupt.interrupted()
                         ? std::string("the query was interrupted: the result is incomplete")
                         : fmt::format("the query was stopped after {} s (--timeout): the "
                                       "result is incomplete",
                                       timeout_));
      return ExitCode::kPartial;
    }
  }
  return ExitCode::kDone;
}

bool QueryRunner::print(Query& query) {
  const std::unique_ptr<RowPrinter> printer = row_printer(format_, console_.out);
  printer->begin(query.columns());
  std::vector<SqlValue> values(query.columns().size());
  Query::Step step = query.step();
  for (; step == Query::Step::kRow; step = query.step()) {
    for (std::size_t column = 0; column < values.size(); ++column) {
      values[column] = query.value(static_cast<int>(column));
    }
    printer->row(values);
  }
  printer->end(step == Query::Step::kEnd);
  console_.out.flush();
  return step == Query::Step::kEnd;
}

}  // namespace heapscan::cli
