#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/gate/gate_rules.h"
#include "cli/console/options.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

struct GateCommand {
  /// The dumps, earliest first; with `run` the command line of a program.
  std::vector<std::string> arguments;
  std::string baseline;        ///< A dump or baseline to compare with, or empty.
  std::string write_baseline;  ///< A file to write and check nothing, or empty.
  std::string config;
  std::string suppressions;
  /// The values of the rules' options, for each kind of rule.
  std::array<std::vector<std::string>, analysis::kRuleForms.size()> rule_texts;
  std::vector<std::string> reports;  ///< "junit=FILE".
  std::size_t warm_up = 0;           ///< So many dumps of the series are left out.
  bool run = false;
  std::string keep;        ///< With `run`: a directory for the dumps, or empty.
  bool no_values = false;  ///< With `keep`: dumps without texts and numbers.
  bool exit_zero = false;
  formats::Damage damage = formats::Damage::kRefuse;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan gate`: fails when a program grew more than the rules allow.
[[nodiscard]] Verb add_gate(CLI::App& app);

[[nodiscard]] ExitCode run(const GateCommand& command, const Console& console);

}  // namespace heapscan::cli
