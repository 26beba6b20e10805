#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"

namespace heapscan::cli {

struct GateCommand {
  std::string old_dump;
  std::string new_dump;
  std::vector<std::string> max_growth;       ///< "5%", "10MiB": each must be kept.
  std::vector<std::string> max_type_growth;  ///< "GLOB=LIMIT".
  std::optional<std::uint64_t> max_cycles;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan gate`: fails when a program grew more than the rules allow.
[[nodiscard]] Verb add_gate(CLI::App& app);

[[nodiscard]] ExitCode run(const GateCommand& command, const Console& console);

}  // namespace heapscan::cli
