#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "analysis/gate/gate.h"
#include "analysis/gate/suppressions.h"
#include "cli/compare/series.h"
#include "cli/console/options.h"
#include "cli/console/result.h"
#include "cli/render/json.h"

namespace heapscan::cli {

/// What a gate found: the input of all its reports.
struct GateReport {
  Series series;  ///< With the baseline, if there is one, as the first.
  /// The growth that /step rules judge: that of the series without its baseline.
  analysis::Growth steps;
  std::vector<analysis::Rule> rules;
  analysis::Verdict verdict;
  analysis::Suppressions suppressions;
  std::string suppressions_path;
  /// Whether the names of the series are files that another command can open.
  bool has_files = true;

  [[nodiscard]] bool passed() const { return verdict.violations.empty(); }
};

/// A violation in words, the same in all reports.
struct Finding {
  std::string rule;     ///< "--max-type-growth shop.*=1%".
  std::string subject;  ///< "shop.Session".
  std::string value;    ///< "1.4 KiB -> 2.1 KiB, +720 B (+50.0%)".
  /// What holds the growth, or the cycles: a line each.
  std::vector<std::string> causes;
  std::string closer_look;  ///< A command.
  std::string fingerprint;

  /// "shop.Session: 1.4 KiB -> 2.1 KiB, +720 B (+50.0%)".
  [[nodiscard]] std::string summary() const { return subject + ": " + value; }
};

/// The growing holders that explain the growth of the heap, without suppressed ones, or of a type:
/// those that hold objects of that type. A few, largest first. Nothing for other rules.
[[nodiscard]] std::vector<analysis::GrowthRow> holders_of(const analysis::Violation& violation,
                                                          const GateReport& report);

[[nodiscard]] Finding finding_of(const analysis::Violation& violation,
                                 const GateReport& report,
                                 SizeUnit unit);

/// "1 violation of 3 rules", "3 rules, no violations".
[[nodiscard]] std::string verdict_text(const GateReport& report);

/// Lines about suppressions: how much they suppressed, which are unused, which have expired.
[[nodiscard]] std::vector<std::string> suppression_texts(const GateReport& report, SizeUnit unit);

/// Writes the report in a format. Requires: not kCsv.
void print_report(std::ostream& out,
                  Format format,
                  const GateReport& report,
                  const TextStyle& style);

// One format per file.
void print_gate_text(std::ostream& out, const GateReport& report, const TextStyle& style);
void print_gate_markdown(std::ostream& out, const GateReport& report, SizeUnit unit);
/// JUnit's XML: one test case per rule.
void print_gate_junit(std::ostream& out, const GateReport& report, SizeUnit unit);
/// Workflow commands of GitHub Actions: one annotation per violation.
void print_gate_github(std::ostream& out, const GateReport& report, SizeUnit unit);
/// SARIF 2.1.0: one result per violation, suppressed ones included and marked.
[[nodiscard]] Json sarif_of(const GateReport& report, SizeUnit unit);
[[nodiscard]] Json json_gate(const GateReport& report);

}  // namespace heapscan::cli
