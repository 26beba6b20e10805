#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/console/printable.h"
#include "cli/gate/gate_report.h"

namespace heapscan::cli {
namespace {

/// Text for an attribute or an element: printable, so that no character is left that XML forbids
/// but U+FFFE and U+FFFF.
std::string xml_text(const std::string& text) {
  std::string escaped;
  const std::string plain = printable(text);
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const std::string_view rest = std::string_view(plain).substr(at);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      escaped += '?';
      at += 2;
      continue;
    }
    switch (plain[at]) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += plain[at];
    }
  }
  return escaped;
}

std::string failure_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += xml_text(finding.summary()) + "\n";
    for (const std::string& cause : finding.causes) {
      text += "  " + xml_text(cause) + "\n";
    }
    text += "  see: " + xml_text(finding.closer_look) + "\n";
    text += "  fingerprint " + xml_text(finding.fingerprint) + "\n";
  }
  return text;
}

/// The violations of each rule, rule by rule.
std::vector<std::vector<Finding>> findings_of_rules(const GateReport& report, SizeUnit unit) {
  std::vector<std::vector<Finding>> found(report.rules.size());
  for (const analysis::Violation& violation : report.verdict.violations) {
    for (std::size_t rule = 0; rule < report.rules.size(); ++rule) {
      if (report.rules[rule].text() == violation.rule.text()) {
        found[rule].push_back(finding_of(violation, report, unit));
        break;
      }
    }
  }
  return found;
}

}  // namespace

void print_gate_junit(std::ostream& out, const GateReport& report, SizeUnit unit) {
  const std::vector<std::vector<Finding>> findings = findings_of_rules(report, unit);
  std::size_t failures = 0;
  for (const std::vector<Finding>& of_rule : findings) {
    failures += of_rule.empty() ? 0U : 1U;
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\"", report.rules.size(), failures);
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out << "<testsuites name=\"heapscan gate\" " << counts << ">\n";
  out << "  <testsuite name=\"heapscan gate\" " << counts << " skipped=\"0\">\n";
  for (std::size_t rule = 0; rule < findings.size(); ++rule) {
    out << "    <testcase classname=\"heapscan.gate\" name=\""
        << xml_text(report.rules[rule].text()) << "\"";
    if (findings[rule].empty()) {
      out << "/>\n";
      continue;
    }
    out << ">\n      <failure type=\"leak\" message=\""
        << xml_text(findings[rule].front().summary()) << "\">" << failure_text(findings[rule])
        << "</failure>\n    </testcase>\n";
  }
  const std::vector<std::string> known = suppression_texts(report, unit);
  if (!known.empty()) {
    out << "    <system-out>";
    for (const std::string& text : known) {
      out << xml_text(text) << '\n';
    }
    out << "</system-out>\n";
  }
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace heapscan::cli
