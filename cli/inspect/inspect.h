#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/console/options.h"
#include "cli/inspect/findings.h"
#include "cli/inspect/path_views.h"
#include "cli/inspect/summaries.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// What to show of a dump: at most one of an object, a type, the findings and the summaries;
/// otherwise the overview.
struct InspectRequest {
  std::string dump;
  std::optional<std::uint64_t> object;  ///< Its address.
  std::string type;                     ///< Its name, or empty.
  FindingOptions findings;
  PathOptions paths;
  SummaryOptions summaries;
  bool salvage = false;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan inspect`: one dump as a whole, one object of it, one type, a histogram, or avoidable
/// memory.
[[nodiscard]] Verb inspect_verb();

[[nodiscard]] ExitCode run(const InspectRequest& request, const Console& console);

}  // namespace heapscan::cli
