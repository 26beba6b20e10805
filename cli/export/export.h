#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/graph/neighbourhood.h"
#include "cli/console/options.h"

namespace heapscan::cli {

struct ExportCommand {
  std::string dump;
  std::string object;  ///< An address, or empty.
  std::string type;    ///< A name, or empty.
  std::uint32_t depth = 3;
  analysis::Direction direction = analysis::Direction::kIn;
  std::size_t limit = 50;  ///< Objects; 0: all.
  ResultOptions result;    ///< Of it only the file.
  MessageOptions messages;
};

/// `heapscan export`: the surroundings of objects as a graph to draw.
[[nodiscard]] Verb add_export(CLI::App& app);

[[nodiscard]] ExitCode run(const ExportCommand& command, const Console& console);

}  // namespace heapscan::cli
