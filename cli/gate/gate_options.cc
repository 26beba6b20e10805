#include "cli/gate/gate_options.h"

#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/console/near_names.h"
#include "cli/console/size_text.h"
#include "cli/gate/gate_config.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

using analysis::Rule;
using analysis::RuleForm;

constexpr const char* kSection = "gate";

std::size_t index_of(const RuleForm& form) {
  return static_cast<std::size_t>(form.kind);
}

const std::map<std::string, Format>& report_words() {
  static const std::map<std::string, Format> words = [] {
    std::map<std::string, Format> all = format_words();
    all.erase("csv");
    return all;
  }();
  return words;
}

/// Accepts what `parse` accepts; its complaint otherwise.
template <class Parse>
CLI::Validator accepted_by(Parse parse) {
  return CLI::Validator(
      [parse](const std::string& text) {
        try {
          (void)parse(text);
          return std::string();
        } catch (const Error& error) {
          return std::string(error.what());
        }
      },
      "");
}

void add_rule_options(CLI::App& sub, GateCommand& command) {
  for (const RuleForm& form : analysis::kRuleForms) {
    sub.add_option(std::string(form.option), command.rule_texts.at(index_of(form)),
                   std::string(form.help))
        ->option_text(std::string(form.value))
        ->allow_extra_args(false)
        ->check(accepted_by(
            [kind = form.kind](const std::string& text) { return Rule::parse(kind, text); }))
        ->group("Rules, each may be repeated");
  }
}

void add_own_options(CLI::App& sub, GateCommand& command) {
  sub.add_option("--config", command.config,
                 "Rules, and baseline, warm-up, suppressions and\nreport, from a file")
      ->option_text("FILE")
      ->envname("HEAPSCAN_GATE_CONFIG")
      ->group("Gate");
  sub.add_option("--baseline", command.baseline, "A baseline or a dump to compare with")
      ->option_text("FILE")
      ->group("Gate");
  sub.add_option("--write-baseline", command.write_baseline,
                 "Write the baseline of the one DUMP, and check\nnothing")
      ->option_text("FILE")
      ->group("Gate");
  sub.add_option("--warm-up", command.warm_up, "Leave out the first N dumps")
      ->option_text("N")
      ->check(count_validator())
      ->group("Gate");
  sub.add_option("--suppressions", command.suppressions, "Known leaks, a line leak:GLOB for each")
      ->option_text("FILE")
      ->group("Gate");
  sub.add_flag("--exit-zero", command.exit_zero, "Exit with 0 where it would be 1")->group("Gate");
  sub.add_flag("--run", command.run,
               "Start COMMAND, capture it at its marks, and\njudge these dumps")
      ->group("Gate");
  sub.add_option("--keep", command.keep, "Keep the dumps of --run in a directory")
      ->option_text("DIRECTORY")
      ->group("Gate");
  sub.add_flag("--no-values", command.no_values, "Keep no texts and numbers in them, only names")
      ->envname("HEAPSCAN_NO_VALUES")
      ->group("Gate");
}

/// Takes over an entry of the config file, unless the command line has its option.
class ConfigTaker {
 public:
  ConfigTaker(GateCommand& command, const std::string& path)
      : command_(command), path_(path), given_(command) {}

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
        require(form, text);
        rules_.push_back(Rule::parse(form.kind, text));
        analysis::require_consistent(rules_);
        if (given_.rule_texts.at(index_of(form)).empty()) {
          command_.rule_texts.at(index_of(form)).push_back(text);
        }
      }
      return true;
    }
    return false;
  }

  static void require(const RuleForm& form, const std::string& text) {
    try {
      (void)Rule::parse(form.kind, text);
    } catch (const Error& error) {
      throw Error(ErrorKind::kUsage, fmt::format("{}: {}", form.option.substr(2), error.what()));
    }
  }

  bool take_option(const ConfigEntry& entry) {
    if (entry.key == "baseline") {
      take_text(entry, given_.baseline, command_.baseline);
    } else if (entry.key == "suppressions") {
      take_text(entry, given_.suppressions, command_.suppressions);
    } else if (entry.key == "report") {
      for (const std::string& text : entry.values) {
        (void)parse_report(text);
        if (given_.reports.empty()) {
          command_.reports.push_back(text);
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
    std::string text = only_value(entry);
    const std::string complaint = count_validator()(text);
    if (!complaint.empty()) {
      throw Error(ErrorKind::kUsage, "warm-up: " + complaint);
    }
    command_.warm_up = given_.warm_up == 0 ? std::stoul(text) : given_.warm_up;
  }

  [[nodiscard]] static std::vector<std::string> keys() {
    std::vector<std::string> keys = {"baseline", "suppressions", "report", "warm-up"};
    for (const RuleForm& form : analysis::kRuleForms) {
      keys.emplace_back(form.option.substr(2));
    }
    return keys;
  }

  GateCommand& command_;
  const std::string& path_;
  const GateCommand given_;  // On the command line, which wins.
  std::vector<Rule> rules_;  // Of the file.
};

}  // namespace

ReportFile parse_report(const std::string& text) {
  const std::size_t sign = text.find('=');
  const auto word = report_words().find(text.substr(0, sign));
  if (sign == std::string::npos || sign + 1 == text.size() || word == report_words().end()) {
    std::string words;
    for (const auto& [known, format] : report_words()) {
      words += (words.empty() ? "" : "|") + known;
    }
    throw Error(ErrorKind::kUsage,
                fmt::format("--report {}: give {}=FILE, such as junit=gate.xml", text, words));
  }
  return {word->second, text.substr(sign + 1)};
}

void add_gate_options(CLI::App& sub, GateCommand& command) {
  add_rule_options(sub, command);
  add_own_options(sub, command);
  add_result_options(sub, command.result,
                     {Format::kText, Format::kJson, Format::kMarkdown, Format::kJunit,
                      Format::kGithub, Format::kSarif});
  sub.add_option("--report", command.reports,
                 "Another report to a file, such as\njunit=gate.xml; may be repeated")
      ->option_text("FORMAT=FILE")
      ->allow_extra_args(false)
      ->check(accepted_by(parse_report))
      ->group("Output");
}

GateCommand with_config(GateCommand command) {
  if (!command.config.empty()) {
    ConfigTaker taker(command, command.config);
    for (const ConfigEntry& entry : read_config(command.config, kSection)) {
      taker.take(entry);
    }
  }
  return command;
}

std::vector<Rule> rules_of(const GateCommand& command) {
  std::vector<Rule> rules;
  for (const RuleForm& form : analysis::kRuleForms) {
    for (const std::string& text : command.rule_texts.at(index_of(form))) {
      rules.push_back(Rule::parse(form.kind, text));
    }
  }
  return rules;
}

void validate(const GateCommand& command) {
  const auto reject = [](const std::string& text) {
    throw Error(ErrorKind::kUsage, "gate: " + text);
  };
  if (!command.write_baseline.empty()) {
    if (command.arguments.size() != 1 || command.run || !command.baseline.empty()) {
      reject("--write-baseline is for one dump: give one, and neither --run nor --baseline");
    }
    if (command.config.empty() && (!rules_of(command).empty() || !command.reports.empty())) {
      reject("--write-baseline checks nothing: leave out rules and reports");
    }
    return;
  }
  if (rules_of(command).empty()) {
    reject("there is no rule to check: add --max-growth LIMIT or another rule, or --config FILE");
  }
  if (command.run && command.arguments.empty()) {
    reject("--run needs a command: heapscan gate --run --max-growth 5% -- python3 app.py");
  }
  if (!command.run && !command.keep.empty()) {
    reject("--keep is for the dumps of --run");
  }
  const std::size_t needed = (command.baseline.empty() ? 2 : 1) + command.warm_up;
  if (!command.run && needed == 1 && command.arguments.empty()) {
    reject("there is no dump to compare with the baseline: give one");
  }
  if (!command.run && command.arguments.size() < needed) {
    reject(
        fmt::format("{} or more are needed, and there is {}: give the dumps, earliest first, "
                    "or --baseline FILE",
                    counted(needed, "dump"), command.arguments.size()));
  }
  std::set<std::string> files = {command.result.output};
  for (const std::string& text : command.reports) {
    const std::string path = parse_report(text).path;
    if (!files.insert(path).second) {
      reject(fmt::format("--report {}: another report is written to {} too", text, path));
    }
  }
  analysis::require_consistent(rules_of(command));
}

}  // namespace heapscan::cli
