#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "analysis/graph/neighbourhood.h"
#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// What to draw. Starts from an object or a type: exactly one is given.
struct ExportRequest {
  std::string dump;
  std::optional<std::uint64_t> object;  ///< Its address.
  std::string type;                     ///< Its name, or empty.
  std::uint32_t depth = 3;
  analysis::Direction direction = analysis::Direction::kIn;
  std::size_t limit = 50;  ///< Objects; 0: all.
  std::string format;      ///< The name of a writer; empty: as the file's extension suggests.
  bool salvage = false;
  ResultOptions result;  ///< Only the file is used.
  MessageOptions messages;
};

/// `heapscan export`: the objects around others as a graph to draw, or the whole heap for another
/// program. The formats are those of formats/graph_writers.h.
[[nodiscard]] Verb export_verb();

[[nodiscard]] ExitCode run(const ExportRequest& request, const Console& console);

}  // namespace heapscan::cli
