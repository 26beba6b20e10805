#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

struct SqlRequest {
  std::vector<std::string> dumps;    ///< At least one.
  std::optional<std::string> query;  ///< None: read from a prompt or standard input.
  Format format = Format::kText;
  bool salvage = false;
  double timeout = 0;  ///< Seconds; 0: none.
  MessageOptions messages;
};

/// `heapscan sql`: queries dumps in SQL without loading them.
[[nodiscard]] Verb sql_verb();

[[nodiscard]] ExitCode run(const SqlRequest& request, const Console& console);

}  // namespace heapscan::cli
