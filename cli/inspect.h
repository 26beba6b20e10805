#pragma once

#include <optional>
#include <string>

#include "cli/inspect_accounts.h"
#include "cli/inspect_findings.h"
#include "cli/inspect_ways.h"
#include "cli/options.h"

namespace heapscan::cli {

struct InspectCommand {
  std::string dump;
  std::string object;  ///< An address, or empty.
  std::string type;    ///< A name, or empty.
  FindingOptions findings;
  WayOptions ways;
  AccountOptions accounts;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan inspect`: one dump as a whole, one object of it, one type, a histogram, or its
/// waste.
[[nodiscard]] Verb add_inspect(CLI::App& app);

[[nodiscard]] ExitCode run(const InspectCommand& command, const Console& console);

}  // namespace heapscan::cli
