#pragma once

#include <string>
#include <vector>

#include "cli/console/options.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

struct LoadCommand {
  std::vector<std::string> dumps;
  std::string database;
  bool no_references = false;
  bool again = false;
  formats::Damage damage = formats::Damage::kRefuse;
  MessageOptions messages;
};

/// `heapscan load`: dumps into an SQLite database.
[[nodiscard]] Verb add_load(CLI::App& app);

[[nodiscard]] ExitCode run(const LoadCommand& command, const Console& console);

}  // namespace heapscan::cli
