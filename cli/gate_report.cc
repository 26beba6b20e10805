#include "cli/gate_report.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/printable.h"
#include "cli/size_text.h"

namespace heapscan::cli {
namespace {

using analysis::GrowthRow;
using analysis::Violation;

// A gate's output is read in a build log: the first few holders are the ones to look at.
constexpr std::size_t kHolders = 3;

bool is_type(const Violation& violation) {
  return violation.in_bytes && violation.subject != "total";
}

/// Whether the holder's last step is an instance of the type, whose name may be shortened to the
/// part after its last dot.
bool ends_in(std::string_view holder, std::string_view type) {
  const std::string_view last = holder.substr(holder.find_last_of(' ') + 1);
  return last == type || last == type.substr(type.rfind('.') + 1);
}

/// The growing holders that explain the violation: those of its type if there are any.
std::vector<GrowthRow> holders_of(const Violation& violation, const analysis::Growth& growth) {
  // A holder of less than a hundredth of what grew explains nothing.
  const auto grown = static_cast<std::int64_t>(violation.new_value - violation.old_value);
  const std::int64_t least = std::max<std::int64_t>(1, grown / 100);
  std::vector<GrowthRow> found;
  for (const bool of_the_type : {true, false}) {
    for (const GrowthRow& row : growth.by_holder) {
      if (found.size() == kHolders || row.size_growth() < least) {
        break;
      }
      if (!of_the_type || (is_type(violation) && ends_in(row.key, violation.subject))) {
        found.push_back(row);
      }
    }
    if (!found.empty()) {
      break;
    }
  }
  return found;
}

/// A word that a shell takes as it is meant.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) {
    return text;
  }
  std::string quoted = "'";
  for (const char character : text) {
    quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
  }
  return quoted + "'";
}

std::string closer_look(const Violation& violation, const Comparison& comparison) {
  std::string inspect = "heapscan inspect " + shell_word(comparison.new_path);
  if (!violation.in_bytes) {
    return inspect;
  }
  if (is_type(violation)) {
    return inspect + " --type " + shell_word(violation.subject);
  }
  return "heapscan diff " + shell_word(comparison.old_path) + " " + shell_word(comparison.new_path);
}

void print_violation(std::ostream& out,
                     const Violation& violation,
                     const GateReport& report,
                     const TextStyle& style) {
  out << "  " << style.paint.bad(printable(violation.rule)) << '\n';
  if (violation.in_bytes) {
    out << fmt::format("    {}: {}\n", printable(violation.subject),
                       size_change_text(violation.old_value, violation.new_value, style.unit));
    for (const GrowthRow& row : holders_of(violation, report.comparison.growth)) {
      const std::int64_t objects = row.object_growth();
      out << fmt::format(
          "    {}, {} object{}: {}\n", signed_size_text(row.size_growth(), style.unit),
          signed_count_text(objects), objects == 1 || objects == -1 ? "" : "s", printable(row.key));
    }
  } else {
    out << fmt::format("    {}: {}\n", printable(violation.subject),
                       count_text(violation.new_value));
    std::size_t shown = 0;
    for (const analysis::CycleGroup& group : report.garbage.groups) {
      if (shown++ == kHolders) {
        break;
      }
      out << fmt::format("    {}: {}, {}\n", counted(group.cycles, "cycle"),
                         printable(group.signature),
                         size_text(group.size + group.tail_size, style.unit));
    }
  }
  out << "    see: " << printable(closer_look(violation, report.comparison)) << '\n';
}

}  // namespace

void print_gate(std::ostream& out, const GateReport& report, const TextStyle& style) {
  const analysis::Growth& growth = report.comparison.growth;
  if (report.violations.empty()) {
    out << style.paint.good("PASSED") << fmt::format(": {} kept\n", counted(report.rules, "rule"));
  } else {
    out << style.paint.bad("FAILED")
        << fmt::format(": {} of {}\n", counted(report.violations.size(), "violation"),
                       counted(report.rules, "rule"));
    for (const Violation& violation : report.violations) {
      print_violation(out, violation, report, style);
    }
  }
  out << "  heap     " << size_change_text(growth.old_size, growth.new_size, style.unit) << '\n';
  out << "           " << count_change_text(growth.old_objects, growth.new_objects, "object")
      << '\n';
  out << fmt::format("  cycles   {} in {}, {}\n", count_text(report.garbage.cycles.size()),
                     printable(report.comparison.new_path),
                     size_text(report.garbage.size - report.garbage.rest_size, style.unit));
  for (const std::string& note : report.comparison.notes) {
    out << "  note     " << printable(note) << '\n';
  }
}

Json json_gate(const GateReport& report) {
  Json document = json_document("gate");
  add_comparison(document, report.comparison);
  document["passed"] = report.violations.empty();
  document["rules"] = report.rules;
  document["cycles"] = report.garbage.cycles.size();
  document["violations"] = Json::array();
  for (const Violation& violation : report.violations) {
    Json holders = Json::array();
    if (violation.in_bytes) {
      for (const GrowthRow& row : holders_of(violation, report.comparison.growth)) {
        holders.push_back(json_growth_row(row, "holder"));
      }
    }
    document["violations"].push_back({{"rule", json_text(violation.rule)},
                                      {"subject", json_text(violation.subject)},
                                      {"old_value", violation.old_value},
                                      {"new_value", violation.new_value},
                                      {"unit", violation.in_bytes ? "bytes" : "count"},
                                      {"holders", holders}});
  }
  return document;
}

}  // namespace heapscan::cli
