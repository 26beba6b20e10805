#include <cstddef>
#include <string>

#include "cli/gate/gate_report.h"
#include "cli/render/markdown.h"

namespace heapscan::cli {
namespace {

std::size_t violations_of(const analysis::Rule& rule, const GateReport& report) {
  std::size_t count = 0;
  for (const analysis::Violation& violation : report.verdict.violations) {
    count += violation.rule.text() == rule.text() ? 1U : 0U;
  }
  return count;
}

}  // namespace

void print_gate_markdown(std::ostream& out, const GateReport& report, SizeUnit unit) {
  out << "## Heap gate: " << (report.passed() ? "passed" : "failed") << "\n\n";
  out << "| rule | |\n| --- | --- |\n";
  for (const analysis::Rule& rule : report.rules) {
    const std::size_t count = violations_of(rule, report);
    out << "| " << markdown_text(rule.text()) << " | "
        << (count == 0 ? "passed" : "**violated** by " + counted(count, "finding")) << " |\n";
  }
  for (const analysis::Violation& violation : report.verdict.violations) {
    const Finding finding = finding_of(violation, report, unit);
    out << "\n### " << markdown_text(finding.subject) << "\n\n";
    out << "- " << markdown_text(finding.rule) << "\n";
    out << "- **" << markdown_text(finding.value) << "**\n";
    for (const std::string& cause : finding.causes) {
      out << "- " << markdown_text(cause) << "\n";
    }
    out << "- see: " << markdown_text(finding.closer_look) << "\n";
    out << "- fingerprint: " << markdown_text(finding.fingerprint) << "\n";
  }
  const analysis::GrowthRow& total = report.series.growth.total;
  out << "\nHeap: " << markdown_text(size_change_text(total, unit)) << "; "
      << markdown_text(count_change_text(total)) << "\n";
  std::vector<std::string> texts = suppression_texts(report, unit);
  texts.insert(texts.end(), report.series.notes.begin(), report.series.notes.end());
  if (!texts.empty()) {
    out << '\n';
  }
  for (const std::string& text : texts) {
    out << "- " << markdown_text(text) << "\n";
  }
}

}  // namespace heapscan::cli
