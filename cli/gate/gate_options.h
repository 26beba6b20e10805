#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/gate/gate_rules.h"
#include "cli/console/options.h"
#include "cli/gate/gate.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// What the command line or a config file says about the gate, each value parsed.
struct GateOptions {
  std::vector<std::string> arguments;  ///< Dumps, or with `run` the command line of a program.
  std::string baseline;
  std::string write_baseline;
  std::string config;
  std::string suppressions;
  std::array<std::vector<analysis::Rule>, analysis::kRuleForms.size()> rules;  ///< By kind.
  std::vector<ReportFile> reports;
  std::size_t warm_up = 0;
  bool run = false;
  std::string keep;
  bool no_values = false;
  bool exit_zero = false;
  bool salvage = false;
  ResultOptions result;
  MessageOptions messages;

  [[nodiscard]] std::vector<analysis::Rule>& rules_of(analysis::RuleKind kind) {
    return rules.at(static_cast<std::size_t>(kind));
  }
};

/// "junit=FILE". Throws Error(kUsage).
[[nodiscard]] ReportFile parse_report(const std::string& text);

/// The options of the verb.
[[nodiscard]] std::vector<Option> gate_options(GateOptions& options);

/// Adds what the config file says, reads the suppressions and checks the whole. Options of the
/// command line override those of the file. Throws Error(kUsage) that says what is wrong, with the
/// place if it is in the file, and Error(kBadInput) when a file cannot be read.
[[nodiscard]] GateRequest gate_request(GateOptions options);

}  // namespace heapscan::cli
