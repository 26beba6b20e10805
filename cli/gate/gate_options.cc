#include "cli/gate/gate_options.h"

#include <map>

#include <fmt/format.h>

#include "cli/verb/common_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::Rule;
using analysis::RuleForm;

const std::map<std::string, Format>& report_words() {
  static const std::map<std::string, Format> words = [] {
    std::map<std::string, Format> all = format_words();
    all.erase("csv");
    return all;
  }();
  return words;
}

std::vector<Option> rule_options(GateOptions& options) {
  std::vector<Option> table;
  table.reserve(analysis::kRuleForms.size());
  for (const RuleForm& form : analysis::kRuleForms) {
    table.push_back({.names = std::string(form.option),
                     .value = std::string(form.value),
                     .help = std::string(form.help),
                     .target = each_parsed(options.rules_of(form.kind),
                                           [kind = form.kind](const std::string& text) {
                                             return Rule::parse(kind, text);
                                           }),
                     .group = "Rules (each may be repeated)",
                     .repeatable = true});
  }
  return table;
}

std::vector<Option> series_options(GateOptions& options) {
  return {{.names = "--config",
           .value = "FILE",
           .help = "Read rules, baseline, warm-up, suppressions and\nreports from FILE",
           .target = text_value(options.config),
           .group = "Gate",
           .variable = "HEAPSCAN_GATE_CONFIG"},
          {.names = "--baseline",
           .value = "FILE",
           .help = "Compare with this baseline or dump",
           .target = text_value(options.baseline),
           .group = "Gate"},
          {.names = "--write-baseline",
           .value = "FILE",
           .help = "Write a baseline from a single DUMP; check nothing",
           .target = text_value(options.write_baseline),
           .group = "Gate"},
          {.names = "--warm-up",
           .value = "N",
           .help = "Ignore the first N dumps",
           .target = number_value(options.warm_up),
           .group = "Gate"},
          {.names = "--suppressions",
           .value = "FILE",
           .help = "File of known leaks, one leak:GLOB per line",
           .target = text_value(options.suppressions),
           .group = "Gate"},
          {.names = "--exit-zero",
           .help = "Exit with 0 even if a rule is violated",
           .target = &options.exit_zero,
           .group = "Gate"}};
}

std::vector<Option> program_options(GateOptions& options) {
  return {{.names = "--run",
           .help = "Run COMMAND, capture it at its marks, and check\nthese dumps",
           .target = &options.run,
           .group = "Gate"},
          {.names = "--keep",
           .value = "DIRECTORY",
           .help = "Keep the dumps of --run in DIRECTORY",
           .target = text_value(options.keep),
           .group = "Gate"},
          no_values_option(options.no_values,
                           "With --keep: omit the values of strings and\nnumbers", "Gate")};
}

}  // namespace

ReportFile parse_report(const std::string& text) {
  const std::size_t sign = text.find('=');
  const auto word = report_words().find(text.substr(0, sign));
  if (sign == std::string::npos || sign + 1 == text.size() || word == report_words().end()) {
    std::vector<std::string> words;
    words.reserve(report_words().size());
    for (const auto& [known, format] : report_words()) {
      words.push_back(known);
    }
    throw Error(ErrorKind::kUsage,
                fmt::format("'{}' is not FORMAT=FILE, such as junit=gate.xml; formats: {}", text,
                            joined(words)));
  }
  return {word->second, text.substr(sign + 1)};
}

std::vector<Option> gate_options(GateOptions& options) {
  return concatenated(
      {rule_options(options),
       series_options(options),
       program_options(options),
       result_options(options.result, {Format::kText, Format::kJson, Format::kMarkdown,
                                       Format::kJunit, Format::kGithub, Format::kSarif}),
       {{.names = "--report",
         .value = "FORMAT=FILE",
         .help = "Also write a report to a file, such as\n"
                 "junit=gate.xml; may be repeated",
         .target = each_parsed(options.reports, parse_report),
         .group = "Output",
         .repeatable = true}},
       {salvage_option(options.salvage)},
       message_options(options.messages)});
}

}  // namespace heapscan::cli
