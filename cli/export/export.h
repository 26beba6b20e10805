#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "analysis/graph/neighbourhood.h"
#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// What to draw. Starts from the object or the type: exactly one is given.
struct ExportRequest {
  std::string dump;
  std::optional<std::uint64_t> object;  ///< Its address.
  std::string type;                     ///< Its name, or empty.
  std::uint32_t depth = 3;
  analysis::Direction direction = analysis::Direction::kIn;
  std::size_t limit = 50;  ///< Objects; 0: all.
  ResultOptions result;    ///< Of it only the file.
  MessageOptions messages;
};

/// `heapscan export`: writes the surroundings of objects as a graph to draw.
[[nodiscard]] Verb export_verb();

[[nodiscard]] ExitCode run(const ExportRequest& request, const Console& console);

}  // namespace heapscan::cli
