#pragma once

#include <string>
#include <vector>

#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

struct LoadRequest {
  std::vector<std::string> dumps;
  std::string database;
  bool no_references = false;
  bool again = false;
  bool salvage = false;
  MessageOptions messages;
};

/// `heapscan load`: adds dumps to an SQLite database.
[[nodiscard]] Verb load_verb();

[[nodiscard]] ExitCode run(const LoadRequest& request, const Console& console);

}  // namespace heapscan::cli
