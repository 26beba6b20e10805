#pragma once

#include <string>
#include <vector>

#include "cli/console/options.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

struct SqlCommand {
  std::vector<std::string> arguments;  ///< Dumps, and at the end perhaps the query.
  std::string query_file;
  Format format = Format::kText;
  formats::Damage damage = formats::Damage::kRefuse;
  double timeout = 0;  ///< Seconds; 0: none.
  MessageOptions messages;
};

/// `heapscan sql`: questions to dumps in SQL, without loading them.
[[nodiscard]] Verb add_sql(CLI::App& app);

[[nodiscard]] ExitCode run(const SqlCommand& command, const Console& console);

}  // namespace heapscan::cli
