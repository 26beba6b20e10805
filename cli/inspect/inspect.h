#pragma once

#include <optional>
#include <string>

#include "cli/console/options.h"
#include "cli/inspect/findings.h"
#include "cli/inspect/path_views.h"
#include "cli/inspect/summaries.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

struct InspectCommand {
  std::string dump;
  std::string object;  ///< An address, or empty.
  std::string type;    ///< A name, or empty.
  FindingOptions findings;
  PathOptions paths;
  SummaryOptions summaries;
  formats::Damage damage = formats::Damage::kRefuse;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan inspect`: one dump as a whole, one object of it, one type, a histogram, or its
/// waste.
[[nodiscard]] Verb add_inspect(CLI::App& app);

[[nodiscard]] ExitCode run(const InspectCommand& command, const Console& console);

}  // namespace heapscan::cli
