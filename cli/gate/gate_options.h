#pragma once

#include <string>
#include <vector>

#include "analysis/gate/gate_rules.h"
#include "cli/console/options.h"
#include "cli/gate/gate.h"

namespace heapscan::cli {

/// A report that goes to a file of its own.
struct ReportFile {
  Format format = Format::kText;
  std::string path;
};

/// "junit=FILE". Throws Error(kUsage).
[[nodiscard]] ReportFile parse_report(const std::string& text);

/// The options of the verb, but for those that all verbs have.
void add_gate_options(CLI::App& sub, GateCommand& command);

/// The command with what its config file adds: options of the command line win over it. Throws
/// Error(kUsage) with the file, the line and the reason.
[[nodiscard]] GateCommand with_config(GateCommand command);

/// In the order of their kinds, then as given.
[[nodiscard]] std::vector<analysis::Rule> rules_of(const GateCommand& command);

/// Throws Error(kUsage) when the options make no sense together.
void validate(const GateCommand& command);

}  // namespace heapscan::cli
