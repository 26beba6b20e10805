#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "analysis/graph/neighbourhood.h"
#include "cli/console/options.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

struct ExportCommand {
  std::string dump;
  std::string object;  ///< An address, or empty.
  std::string type;    ///< A name, or empty.
  std::uint32_t depth = 3;
  analysis::Direction direction = analysis::Direction::kIn;
  std::size_t limit = 50;  ///< Objects; 0: all.
  std::string format;      ///< The name of a writer; empty: as the file's extension suggests.
  formats::Damage damage = formats::Damage::kRefuse;
  ResultOptions result;  ///< Only the file is used.
  MessageOptions messages;
};

/// `heapscan export`: the surroundings of objects as a graph to draw, or the whole heap for another
/// program. The formats are those of formats/graph_writers.h.
[[nodiscard]] Verb add_export(CLI::App& app);

[[nodiscard]] ExitCode run(const ExportCommand& command, const Console& console);

}  // namespace heapscan::cli
