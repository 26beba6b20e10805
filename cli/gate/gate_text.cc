#include <string>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/console/size_text.h"
#include "cli/gate/gate_report.h"

namespace heapscan::cli {

void print_gate_text(std::ostream& out, const GateReport& report, const TextStyle& style) {
  out << (report.passed() ? style.paint.good("PASSED") : style.paint.bad("FAILED")) << ": "
      << verdict_text(report) << '\n';
  for (const analysis::Violation& violation : report.verdict.violations) {
    const Finding finding = finding_of(violation, report, style.unit);
    out << "  " << style.paint.bad(printable(finding.rule)) << '\n';
    out << "    " << printable(finding.summary()) << '\n';
    for (const std::string& cause : finding.causes) {
      out << "    " << printable(cause) << '\n';
    }
    out << "    see: " << printable(finding.closer_look) << '\n';
    out << "    fingerprint " << finding.fingerprint << '\n';
  }
  const analysis::GrowthRow& total = report.series.growth.total;
  const analysis::Profile& last = report.series.profiles.back();
  out << "  heap     " << size_change_text(total, style.unit) << '\n';
  out << "           " << count_change_text(total) << '\n';
  out << fmt::format("  cycles   {} in {}, {}\n", count_text(last.cycle_count()),
                     printable(report.series.names.back()),
                     size_text(last.cycle_size(), style.unit));
  for (const std::string& text : suppression_texts(report, style.unit)) {
    out << "  known    " << printable(text) << '\n';
  }
  for (const std::string& note : report.series.notes) {
    out << "  note     " << printable(note) << '\n';
  }
}

}  // namespace heapscan::cli
