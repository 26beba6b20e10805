#include "cli/gate.h"

#include <memory>

#include <fmt/format.h>

#include "analysis/cycles.h"
#include "analysis/gate.h"
#include "analysis/reachability.h"
#include "cli/comparison.h"
#include "cli/gate_report.h"
#include "cli/messages.h"
#include "cli/result.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5%\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5% --max-growth 1MiB --max-cycles 0\n"
    "  heapscan gate old.hsd new.hsd --max-type-growth 'shop.*=64KiB'\n"
    "\n"
    "Every rule must be kept. A limit is a size (0, 512KiB, 10MiB) or a share of the\n"
    "old size (5%).";

/// Rules that the parser of limits accepts; its complaint otherwise.
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

/// The rules in the order in which they are checked. Several limits on the whole growth are as many
/// rules, because GateRules has room for one.
std::vector<analysis::GateRules> rules_of(const GateCommand& command) {
  std::vector<analysis::GateRules> rules;
  for (const std::string& text : command.max_growth) {
    analysis::GateRules rule;
    rule.max_growth = analysis::Limit::parse(text);
    rules.push_back(std::move(rule));
  }
  analysis::GateRules rest;
  for (const std::string& text : command.max_type_growth) {
    rest.max_type_growth.push_back(analysis::TypeLimit::parse(text));
  }
  rest.max_cycles = command.max_cycles;
  rules.push_back(std::move(rest));
  return rules;
}

}  // namespace

Verb add_gate(CLI::App& app) {
  auto command = std::make_shared<GateCommand>();
  CLI::App* sub = app.add_subcommand("gate", "Fail when a program grew more than rules allow");
  sub->footer(kExamples);
  sub->add_option("OLD", command->old_dump, "The dump to compare with")
      ->required()
      ->option_text(" ");
  sub->add_option("NEW", command->new_dump, "The dump to judge")->required()->option_text(" ");
  sub->add_option("--max-growth", command->max_growth, "Of the heap as a whole; may be repeated")
      ->option_text("LIMIT")
      ->allow_extra_args(false)
      ->check(accepted_by(analysis::Limit::parse))
      ->group("Rules");
  sub->add_option("--max-type-growth", command->max_type_growth,
                  "Of each type whose name matches GLOB; may\nbe repeated")
      ->option_text("GLOB=LIMIT")
      ->allow_extra_args(false)
      ->check(accepted_by(analysis::TypeLimit::parse))
      ->group("Rules");
  sub->add_option("--max-cycles", command->max_cycles, "Unreachable cycles in NEW")
      ->option_text("N")
      ->check(count_validator())
      ->group("Rules");
  add_result_options(*sub, command->result);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const GateCommand& command, const Console& console) {
  if (command.max_growth.empty() && command.max_type_growth.empty() && !command.max_cycles) {
    throw Error(ErrorKind::kUsage,
                "gate: there is no rule to check: add --max-growth LIMIT, --max-type-growth "
                "GLOB=LIMIT or --max-cycles N");
  }
  const Messages messages(console, command.messages);
  const std::vector<analysis::GateRules> rules = rules_of(command);
  Result result(console, command.result.output, command.result.force);
  const Comparison comparison = compare_dumps(command.old_dump, command.new_dump, messages);
  const analysis::Garbage garbage =
      analysis::find_garbage(comparison.new_heap, analysis::reachable_objects(comparison.new_heap));
  GateReport report{comparison, garbage, {}, 0};
  for (const analysis::GateRules& rule : rules) {
    report.rules +=
        (rule.max_growth ? 1U : 0U) + rule.max_type_growth.size() + (rule.max_cycles ? 1U : 0U);
    const std::vector<analysis::Violation> broken =
        analysis::check_gate(rule, comparison.growth, garbage);
    report.violations.insert(report.violations.end(), broken.begin(), broken.end());
  }
  if (command.result.format == Format::kJson) {
    print_json(result.stream(), json_gate(report));
  } else {
    print_gate(result.stream(), report, result.style(command.result, command.messages.color));
  }
  result.commit();
  return report.violations.empty() ? comparison.done() : ExitCode::kGateFailed;
}

}  // namespace heapscan::cli
