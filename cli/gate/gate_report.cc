#include "cli/gate/gate_report.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/console/shell_word.h"
#include "cli/console/size_text.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::GrowthRow;
using analysis::RuleKind;
using analysis::Violation;

// A gate's output is read in a build log: the first few holders are the ones to look at.
constexpr std::size_t kCauses = 3;

/// Whether the holder's last step is an instance of the type, whose name may be shortened to the
/// part after its last dot.
bool ends_in(std::string_view holder, std::string_view type) {
  const std::string_view last = holder.substr(holder.find_last_of(' ') + 1);
  return last == type || last == type.substr(type.rfind('.') + 1);
}

std::vector<std::string> holder_texts(const std::vector<GrowthRow>& rows, SizeUnit unit) {
  std::vector<std::string> texts;
  for (const GrowthRow& row : rows) {
    const std::int64_t objects = row.object_growth();
    texts.push_back(fmt::format("{}, {} object{}: {}", signed_size_text(row.size_growth(), unit),
                                signed_count_text(objects),
                                objects == 1 || objects == -1 ? "" : "s", row.key));
  }
  return texts;
}

std::vector<std::string> cycles_of(const GateReport& report, SizeUnit unit) {
  std::vector<analysis::Profile::CycleRow> rows = report.series.profiles.back().cycles;
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.size > b.size; });
  std::vector<std::string> texts;
  for (const analysis::Profile::CycleRow& row : rows) {
    if (texts.size() == kCauses) {
      break;
    }
    if (report.verdict.known_cycles.contains(row.signature)) {
      continue;
    }
    texts.push_back(fmt::format("{}: {}, {}", counted(row.cycles, "cycle"), row.signature,
                                size_text(row.size, unit)));
  }
  return texts;
}

std::string growth_value(const Violation& violation, SizeUnit unit) {
  const GrowthRow& row = violation.row;
  if (!violation.rule.limit.per_step || row.amounts.size() < 3) {
    return size_change_text(row, unit);
  }
  return fmt::format("{} per step, growing in {} of {} steps: {} -> {}",
                     signed_size_text(row.trend.slope, unit), row.trend.growing_steps,
                     row.amounts.size() - 1, size_text(row.first().size, unit),
                     size_text(row.last().size, unit));
}

std::string value_of(const Violation& violation, SizeUnit unit) {
  const analysis::Amount& last = violation.row.last();
  switch (violation.rule.kind) {
    case RuleKind::kRetained:
      return fmt::format("{} retained by {}, {} of the heap", size_text(last.size, unit),
                         counted(last.objects, "object"), share_text(last.size, violation.whole));
    case RuleKind::kSuspects:
      return fmt::format("{} in {}, {} of the heap", size_text(last.size, unit),
                         counted(last.objects, "object"), share_text(last.size, violation.whole));
    case RuleKind::kCycles:
      return count_text(last.objects);
    case RuleKind::kCycleSize:
      return fmt::format("{} in {}, {} of the heap", size_text(last.size, unit),
                         counted(last.objects, "cycle"), share_text(last.size, violation.whole));
    case RuleKind::kUnexplained:
      return fmt::format("{} of {}, {}", count_text(last.objects),
                         counted(violation.whole, "object"),
                         share_text(last.objects, violation.whole));
    default:
      return growth_value(violation, unit);
  }
}

std::string closer_look(const Violation& violation, const GateReport& report) {
  if (!report.has_files) {
    return "heapscan gate --run --keep DIRECTORY ...: keeps the dumps for heapscan diff";
  }
  std::string inspect = "heapscan inspect " + shell_word(report.series.names.back());
  switch (violation.rule.kind) {
    case RuleKind::kTypeGrowth:
    case RuleKind::kRetained:
      return inspect + " --type " + shell_word(violation.subject);
    case RuleKind::kSuspects:
      return inspect + " --suspects";
    case RuleKind::kCycles:
    case RuleKind::kCycleSize:
      return inspect + " --cycles";
    case RuleKind::kUnexplained:
      return inspect;
    default:
      break;
  }
  std::string diff = "heapscan diff";
  for (const std::string& name : report.series.names) {
    diff += " " + shell_word(name);
  }
  return diff;
}

std::vector<std::string> causes_of(const Violation& violation,
                                   const GateReport& report,
                                   SizeUnit unit) {
  switch (violation.rule.kind) {
    case RuleKind::kGrowth:
    case RuleKind::kTypeGrowth:
      return holder_texts(holders_of(violation, report), unit);
    case RuleKind::kCycles:
    case RuleKind::kCycleSize:
      return cycles_of(report, unit);
    default:
      return {};
  }
}

}  // namespace

std::vector<GrowthRow> holders_of(const Violation& violation, const GateReport& report) {
  const bool of_type = violation.rule.kind == RuleKind::kTypeGrowth;
  if (!of_type && violation.rule.kind != RuleKind::kGrowth) {
    return {};
  }
  const analysis::Growth& growth =
      violation.rule.limit.per_step ? report.steps : report.series.growth;
  // A holder with less than 1 % of the growth explains nothing.
  const std::int64_t least = std::max<std::int64_t>(1, violation.row.size_growth() / 100);
  std::vector<GrowthRow> found;
  for (const GrowthRow& row : growth.by_holder) {
    if (found.size() == kCauses || row.size_growth() < least) {
      break;
    }
    // Known leaks are not part of the growth of the heap, so they explain none of it.
    if (of_type ? ends_in(row.key, violation.subject)
                : !report.verdict.known_holders.contains(row.key)) {
      found.push_back(row);
    }
  }
  return found;
}

Finding finding_of(const Violation& violation, const GateReport& report, SizeUnit unit) {
  return {violation.rule.text(),          violation.subject,
          value_of(violation, unit),      causes_of(violation, report, unit),
          closer_look(violation, report), violation.fingerprint};
}

std::string verdict_text(const GateReport& report) {
  const std::string rules = counted(report.rules.size(), "rule");
  return report.passed() ? rules + ", no violations"
                         : counted(report.verdict.violations.size(), "violation") + " of " + rules;
}

std::vector<std::string> suppression_texts(const GateReport& report, SizeUnit unit) {
  std::vector<std::string> texts;
  const std::string& path = report.suppressions_path;
  if (path.empty()) {
    return texts;
  }
  texts.push_back(fmt::format("{} suppressed, {} of growth ignored, by {}",
                              counted(report.verdict.suppressed.size(), "violation"),
                              size_text(static_cast<std::uint64_t>(std::max<std::int64_t>(
                                            0, report.verdict.suppressed_growth)),
                                        unit),
                              path));
  for (const analysis::Suppressions::Line& line : report.suppressions.lines()) {
    if (line.expired) {
      texts.push_back(fmt::format("{}:{}: leak:{} expired on {}: fix the leak or set a new date",
                                  path, line.line, line.glob.pattern(), line.until));
    } else if (!line.used) {
      texts.push_back(fmt::format("{}:{}: leak:{} matches nothing that grew: remove the line", path,
                                  line.line, line.glob.pattern()));
    }
  }
  return texts;
}

void print_report(std::ostream& out,
                  Format format,
                  const GateReport& report,
                  const TextStyle& style) {
  switch (format) {
    case Format::kText:
      return print_gate_text(out, report, style);
    case Format::kJson:
      return print_json(out, json_gate(report));
    case Format::kMarkdown:
      return print_gate_markdown(out, report, style.unit);
    case Format::kJunit:
      return print_gate_junit(out, report, style.unit);
    case Format::kGithub:
      return print_gate_github(out, report, style.unit);
    case Format::kSarif:
      return print_json(out, sarif_of(report, style.unit));
    case Format::kCsv:
      break;
  }
  throw Error(ErrorKind::kInternal, "the gate has no CSV report");
}

}  // namespace heapscan::cli
