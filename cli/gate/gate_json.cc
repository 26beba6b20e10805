#include <string>

#include <nlohmann/json.hpp>

#include "cli/gate/gate_report.h"

namespace heapscan::cli {
namespace {

Json json_violation(const analysis::Violation& violation, const GateReport& report) {
  const Finding finding = finding_of(violation, report, SizeUnit::kBinary);
  Json causes = Json::array();
  for (const std::string& cause : finding.causes) {
    causes.push_back(json_text(cause));
  }
  Json holders = Json::array();
  for (const analysis::GrowthRow& row : holders_of(violation, report)) {
    holders.push_back(json_growth_row(row, "holder"));
  }
  Json values = Json::array();
  for (const analysis::Amount& amount : violation.row.amounts) {
    values.push_back(violation.counts() ? amount.objects : amount.size);
  }
  return {{"rule", json_text(finding.rule)},
          {"kind", analysis::form_of(violation.rule.kind).option.substr(2)},
          {"subject", json_text(finding.subject)},
          {"limit", json_text(violation.rule.limit.text)},
          {"old_value",
           violation.counts() ? violation.row.first().objects : violation.row.first().size},
          {"new_value", violation.value()},
          {"values", values},
          {"unit", violation.counts() ? "count" : "bytes"},
          {"course", analysis::to_string(violation.row.trend.course)},
          {"size_per_step", violation.row.trend.slope},
          {"text", json_text(finding.summary())},
          {"causes", causes},
          {"holders", holders},
          {"see", json_text(finding.closer_look)},
          {"fingerprint", finding.fingerprint}};
}

Json json_violations(const std::vector<analysis::Violation>& violations, const GateReport& report) {
  Json rows = Json::array();
  for (const analysis::Violation& violation : violations) {
    rows.push_back(json_violation(violation, report));
  }
  return rows;
}

Json json_suppressions(const GateReport& report) {
  Json rows = Json::array();
  for (const analysis::Suppressions::Line& line : report.suppressions.lines()) {
    rows.push_back({{"glob", json_text(line.glob.pattern())},
                    {"line", line.line},
                    {"until", json_known(line.until)},
                    {"used", line.used},
                    {"expired", line.expired}});
  }
  return rows;
}

}  // namespace

Json json_gate(const GateReport& report) {
  Json document = json_document("gate");
  add_series(document, report.series);
  document["passed"] = report.passed();
  document["rules"] = report.rules.size();
  document["rule_texts"] = Json::array();
  for (const analysis::Rule& rule : report.rules) {
    document["rule_texts"].push_back(json_text(rule.text()));
  }
  document["cycles"] = report.series.profiles.back().cycle_count();
  document["violations"] = json_violations(report.verdict.violations, report);
  document["suppressed"] = json_violations(report.verdict.suppressed, report);
  document["suppressed_growth"] = report.verdict.suppressed_growth;
  document["suppressions"] = json_suppressions(report);
  return document;
}

}  // namespace heapscan::cli
