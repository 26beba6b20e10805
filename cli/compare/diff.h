#pragma once

#include <string>
#include <vector>

#include "cli/compare/growth_listing.h"
#include "cli/console/options.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

struct DiffCommand {
  std::string old_dump;
  std::vector<std::string> new_dumps;  ///< At least one, in the order of time.
  std::vector<std::string> tables;     ///< Their words; empty: the usual ones.
  RowChoice rows;
  formats::Damage damage = formats::Damage::kRefuse;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan diff`: what grew over a series of dumps, and who holds it.
[[nodiscard]] Verb add_diff(CLI::App& app);

[[nodiscard]] ExitCode run(const DiffCommand& command, const Console& console);

}  // namespace heapscan::cli
