#pragma once

#include <string_view>

#include "analysis/store/query.h"
#include "cli/console/console.h"
#include "cli/console/exit_code.h"
#include "cli/console/messages.h"
#include "cli/render/row_printer.h"

namespace heapscan::cli {

/// Runs queries and prints their results to standard output.
class QueryRunner {
 public:
  /// `timeout`: seconds for each call of run(); 0 for none. The arguments must outlive the runner.
  QueryRunner(analysis::store::QueryDatabase& database,
              const Console& console,
              const Messages& messages,
              Format format,
              double timeout);

  /// Runs the statements of `sql`, one after another. kPartial if Ctrl-C or the timeout stopped
  /// one: the rows before that were printed. Throws Error(kUsage) for invalid SQL.
  ExitCode run(std::string_view sql);

 private:
  /// Whether the result is complete.
  bool print(analysis::store::Query& query);

  analysis::store::QueryDatabase& database_;
  const Console& console_;
  const Messages& messages_;
  Format format_;
  double timeout_;
};

}  // namespace heapscan::cli
