#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/gate/gate_plan.h"
#include "cli/console/options.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// A report that goes to a file of its own.
struct ReportFile {
  Format format = Format::kText;
  std::string path;
};

/// What the gate is to do: the command line with what its config file adds, checked as a whole.
struct GateRequest {
  std::vector<std::string> dumps;    ///< Earliest first; empty when a program is run.
  std::vector<std::string> program;  ///< The command line of a program to run, or empty.
  std::string baseline;              ///< A dump or baseline to compare with, or empty.
  std::string write_baseline;        ///< A file to write, checking nothing, or empty.
  analysis::GatePlan plan;           ///< Its rules in the order of their kinds, then as given.
  std::string suppressions_path;     ///< Where its suppressions were read, or empty.
  std::vector<ReportFile> reports;   ///< Besides the result.
  std::size_t warm_up = 0;           ///< How many dumps of the series to leave out.
  std::string keep;                  ///< A directory for the dumps of the program, or empty.
  bool no_values = false;            ///< With `keep`: dumps without strings and numbers.
  bool exit_zero = false;
  bool salvage = false;
  ResultOptions result;
  MessageOptions messages;
};

/// `heapscan gate`: fails if a program grew more than its rules allow.
[[nodiscard]] Verb gate_verb();

[[nodiscard]] ExitCode run(const GateRequest& request, const Console& console);

}  // namespace heapscan::cli
