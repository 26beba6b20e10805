#include <chrono>
#include <ctime>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/console/near_names.h"
#include "cli/console/size_text.h"
#include "cli/console/text_file.h"
#include "cli/gate/gate_config.h"
#include "cli/gate/gate_options.h"
#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::Rule;
using analysis::RuleForm;

constexpr const char* kSection = "gate";

/// Takes over an entry of the config file, unless the command line has its option.
class ConfigTaker {
 public:
  ConfigTaker(GateOptions& options, std::string path)
      : options_(options), path_(std::move(path)), given_(options) {}

  void take(const ConfigEntry& entry) {
    try {
      if (!take_rule(entry) && !take_option(entry)) {
        throw Error(ErrorKind::kUsage, fmt::format("unknown key '{}'{}", entry.key,
                                                   did_you_mean(near_names(entry.key, keys(), 2))));
      }
    } catch (const Error& error) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("{}: {}", config_place(path_, entry), error.what()));
    }
  }

 private:
  bool take_rule(const ConfigEntry& entry) {
    for (const RuleForm& form : analysis::kRuleForms) {
      if (form.option.substr(2) != entry.key) {
        continue;
      }
      for (const std::string& text : entry.values) {
        rules_.push_back(parse(form, text));
        analysis::require_consistent(rules_);
        if (given_.rules_of(form.kind).empty()) {
          options_.rules_of(form.kind).push_back(rules_.back());
        }
      }
      return true;
    }
    return false;
  }

  static Rule parse(const RuleForm& form, const std::string& text) {
    try {
      return Rule::parse(form.kind, text);
    } catch (const Error& error) {
      throw Error(ErrorKind::kUsage, fmt::format("{}: {}", form.option.substr(2), error.what()));
    }
  }

  bool take_option(const ConfigEntry& entry) {
    if (entry.key == "baseline") {
      take_text(entry, given_.baseline, options_.baseline);
    } else if (entry.key == "suppressions") {
      take_text(entry, given_.suppressions, options_.suppressions);
    } else if (entry.key == "report") {
      for (const std::string& text : entry.values) {
        ReportFile report = parse_report(text);
        if (given_.reports.empty()) {
          options_.reports.push_back(std::move(report));
        }
      }
    } else if (entry.key == "warm-up") {
      take_warm_up(entry);
    } else {
      return false;
    }
    return true;
  }

  static const std::string& only_value(const ConfigEntry& entry) {
    if (entry.values.size() != 1) {
      throw Error(ErrorKind::kUsage, fmt::format("{}: give one value", entry.key));
    }
    return entry.values.front();
  }

  static void take_text(const ConfigEntry& entry, const std::string& given, std::string& value) {
    const std::string& text = only_value(entry);
    value = given.empty() ? text : given;
  }

  void take_warm_up(const ConfigEntry& entry) {
    const std::string& text = only_value(entry);
    try {
      const std::size_t number = parse_number(text);
      options_.warm_up = given_.warm_up == 0 ? number : given_.warm_up;
    } catch (const Error& error) {
      throw Error(ErrorKind::kUsage, std::string("warm-up: ") + error.what());
    }
  }

  [[nodiscard]] static std::vector<std::string> keys() {
    std::vector<std::string> keys = {"baseline", "suppressions", "report", "warm-up"};
    for (const RuleForm& form : analysis::kRuleForms) {
      keys.emplace_back(form.option.substr(2));
    }
    return keys;
  }

  GateOptions& options_;
  std::string path_;
  GateOptions given_;        // On the command line, which wins.
  std::vector<Rule> rules_;  // Of the file.
};

std::vector<Rule> all_rules(const GateOptions& options) {
  std::vector<Rule> rules;
  for (const std::vector<Rule>& of_kind : options.rules) {
    rules.insert(rules.end(), of_kind.begin(), of_kind.end());
  }
  return rules;
}

[[noreturn]] void reject(const std::string& text) {
  throw Error(ErrorKind::kUsage, "gate: " + text);
}

void validate_write_baseline(const GateOptions& options) {
  if (options.arguments.size() != 1 || options.run || !options.baseline.empty()) {
    reject("--write-baseline takes exactly one dump, without --run and --baseline");
  }
  if (options.config.empty() && (!all_rules(options).empty() || !options.reports.empty())) {
    reject("--write-baseline cannot be combined with rules or reports");
  }
}

void validate_dumps(const GateOptions& options) {
  const std::size_t needed = (options.baseline.empty() ? 2 : 1) + options.warm_up;
  if (needed == 1 && options.arguments.empty()) {
    reject("no dump to compare with the baseline: add one");
  }
  if (options.arguments.size() < needed) {
    reject(fmt::format(
        "at least {} needed, {} given: name the dumps, earliest first, "
        "or add --baseline FILE",
        needed == 1 ? "1 dump is" : counted(needed, "dump") + " are", options.arguments.size()));
  }
}

std::string report_text(const ReportFile& report) {
  for (const auto& [word, format] : format_words()) {
    if (format == report.format) {
      return word + "=" + report.path;
    }
  }
  return report.path;
}

/// Throws Error(kUsage) if the options make no sense together.
void validate(const GateOptions& options) {
  if (!options.write_baseline.empty()) {
    return validate_write_baseline(options);
  }
  const std::vector<Rule> rules = all_rules(options);
  if (rules.empty()) {
    reject("no rules given: add --max-growth LIMIT, another rule, or --config FILE");
  }
  if (options.run && options.arguments.empty()) {
    reject("--run needs a command: heapscan gate --run --max-growth 5% -- python3 app.py");
  }
  if (!options.run && !options.keep.empty()) {
    reject("--keep is only valid with --run");
  }
  if (!options.run) {
    validate_dumps(options);
  }
  std::set<std::string> files = {options.result.output};
  for (const ReportFile& report : options.reports) {
    if (!files.insert(report.path).second) {
      reject(fmt::format("--report {}: another report goes to {} too", report_text(report),
                         report.path));
    }
  }
  analysis::require_consistent(rules);
}

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return time_text(now).substr(0, std::string_view("2026-11-21").size());
}

}  // namespace

GateRequest gate_request(GateOptions options) {
  if (!options.config.empty()) {
    ConfigTaker taker(options, options.config);
    for (const ConfigEntry& entry : read_config(options.config, kSection)) {
      taker.take(entry);
    }
  }
  validate(options);
  GateRequest request;
  (options.run ? request.program : request.dumps) = std::move(options.arguments);
  request.baseline = std::move(options.baseline);
  request.write_baseline = std::move(options.write_baseline);
  request.plan.rules = all_rules(options);
  request.plan.has_baseline = !request.baseline.empty();
  if (!options.suppressions.empty() && request.write_baseline.empty()) {
    request.plan.suppressions =
        analysis::Suppressions(text_of_file(options.suppressions), options.suppressions, today());
  }
  request.suppressions_path = std::move(options.suppressions);
  request.reports = std::move(options.reports);
  request.warm_up = options.warm_up;
  request.keep = std::move(options.keep);
  request.no_values = options.no_values;
  request.exit_zero = options.exit_zero;
  request.salvage = options.salvage;
  request.result = std::move(options.result);
  request.messages = options.messages;
  return request;
}

}  // namespace heapscan::cli
