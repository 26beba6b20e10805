#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/console/printable.h"
#include "cli/console/version.h"
#include "cli/gate/gate_report.h"

namespace heapscan::cli {
namespace {

/// "max-type-growth" of "--max-type-growth".
std::string rule_id(analysis::RuleKind kind) {
  return std::string(analysis::form_of(kind).option.substr(2));
}

/// A path as a reference relative to the place of the build, or as a file URI.
std::string uri_of(const std::string& path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char character : path) {
    uri += kPlain.find(character) != std::string_view::npos
               ? std::string(1, character)
               : fmt::format("%{:02X}", static_cast<unsigned char>(character));
  }
  return uri;
}

Json sarif_rules() {
  Json rules = Json::array();
  for (const analysis::RuleForm& form : analysis::kRuleForms) {
    std::string help(form.help);
    std::replace(help.begin(), help.end(), '\n', ' ');
    rules.push_back({{"id", rule_id(form.kind)},
                     {"name", rule_id(form.kind)},
                     {"shortDescription", {{"text", help}}},
                     {"help",
                      {{"text", fmt::format("heapscan gate {} {}: see heapscan-gate(1)",
                                            form.option, form.value)}}},
                     {"defaultConfiguration", {{"level", "error"}}}});
  }
  return rules;
}

Json sarif_result(const analysis::Violation& violation, const GateReport& report, SizeUnit unit) {
  const Finding finding = finding_of(violation, report, unit);
  std::string text = fmt::format("{} violates {}", finding.summary(), finding.rule);
  for (const std::string& cause : finding.causes) {
    text += "\n" + cause;
  }
  text += "\nsee: " + finding.closer_look;
  Json location = {
      {"logicalLocations",
       {{{"fullyQualifiedName", json_text(printable(finding.subject))}, {"kind", "object"}}}}};
  if (report.has_files) {
    location["physicalLocation"] = {
        {"artifactLocation", {{"uri", uri_of(report.series.names.back())}}}};
  }
  return {{"ruleId", rule_id(violation.rule.kind)},
          {"ruleIndex", static_cast<std::size_t>(violation.rule.kind)},
          {"level", "error"},
          {"message", {{"text", json_text(text)}}},
          {"locations", Json::array({location})},
          {"partialFingerprints", {{"heapscanLeak/v1", finding.fingerprint}}}};
}

}  // namespace

Json sarif_of(const GateReport& report, SizeUnit unit) {
  Json results = Json::array();
  for (const analysis::Violation& violation : report.verdict.violations) {
    results.push_back(sarif_result(violation, report, unit));
  }
  for (const analysis::Violation& violation : report.verdict.suppressed) {
    Json result = sarif_result(violation, report, unit);
    result["suppressions"] = Json::array(
        {{{"kind", "external"}, {"justification", json_text(report.suppressions_path)}}});
    results.push_back(std::move(result));
  }
  const Json driver = {{"name", "heapscan"}, {"version", version()}, {"rules", sarif_rules()}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", Json::array({{{"tool", {{"driver", driver}}}, {"results", results}}})}};
}

}  // namespace heapscan::cli
