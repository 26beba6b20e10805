#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/gate/gate_report.h"

namespace heapscan::cli {
namespace {

/// The text of a workflow command; in its properties colons and commas have a meaning as well.
/// Lines of `text` stay lines of the annotation.
std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char character : text) {
    const bool special = character == '%' || character == '\n' || character == '\r' ||
                         (property && (character == ':' || character == ','));
    result += special ? fmt::format("%{:02X}", static_cast<unsigned char>(character))
                      : std::string(1, character);
  }
  return result;
}

void annotate(std::ostream& out,
              const char* level,
              const std::string& title,
              const std::string& text) {
  out << "::" << level << " title=" << escaped(printable(title), true)
      << "::" << escaped(text, false) << '\n';
}

}  // namespace

void print_gate_github(std::ostream& out, const GateReport& report, SizeUnit unit) {
  for (const analysis::Violation& violation : report.verdict.violations) {
    const Finding finding = finding_of(violation, report, unit);
    std::string text = printable(finding.summary());
    for (const std::string& cause : finding.causes) {
      text += "\n" + printable(cause);
    }
    text += "\nsee: " + printable(finding.closer_look);
    text += "\nfingerprint " + finding.fingerprint;
    annotate(out, "error", "heapscan gate " + finding.rule, text);
  }
  for (const std::string& text : suppression_texts(report, unit)) {
    annotate(out, "notice", "heapscan gate", printable(text));
  }
  for (const std::string& note : report.series.notes) {
    annotate(out, "warning", "heapscan gate", printable(note));
  }
  if (report.passed()) {
    annotate(out, "notice", "heapscan gate",
             "passed: " + verdict_text(report) + "; heap " +
                 size_change_text(report.series.growth.total, unit));
  }
}

}  // namespace heapscan::cli
