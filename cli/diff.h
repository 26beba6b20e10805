#pragma once

#include <string>

#include "cli/options.h"

namespace heapscan::cli {

struct DiffCommand {
  std::string old_dump;
  std::string new_dump;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan diff`: what grew from one dump to another, and who holds it.
[[nodiscard]] Verb add_diff(CLI::App& app);

[[nodiscard]] ExitCode run(const DiffCommand& command, const Console& console);

}  // namespace heapscan::cli
