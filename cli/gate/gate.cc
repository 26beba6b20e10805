#include "cli/gate/gate.h"

#include <chrono>
#include <ctime>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "analysis/gate/gate.h"
#include "analysis/gate/gate_plan.h"
#include "cli/compare/series.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/console/size_text.h"
#include "cli/console/text_file.h"
#include "cli/console/version.h"
#include "cli/gate/gate_options.h"
#include "cli/gate/gate_report.h"
#include "cli/gate/gate_run.h"
#include "cli/input/salvage.h"
#include "dump/error.h"
#include "formats/baseline.h"

namespace heapscan::cli {
namespace {

using analysis::GatePlan;

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5%\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5% --max-growth 1MiB --max-cycles 0\n"
    "  heapscan gate 1.hsd 2.hsd 3.hsd 4.hsd --max-holder-growth '*=0/step'\n"
    "  heapscan gate --write-baseline baseline.json main.hsd\n"
    "  heapscan gate --baseline baseline.json new.hsd --config gate.toml\n"
    "  heapscan gate --run --max-holder-growth '*=0/step' -- python3 -m pytest tests\n"
    "\n"
    "Every rule must be kept. A limit is a size (0, 512KiB, 10MiB) or a share of the\n"
    "old size (5%); with /step behind it, it is for what grows steadily.";

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return time_text(now).substr(0, std::string_view("2026-11-21").size());
}

analysis::Suppressions read_suppressions(const std::string& path) {
  if (path.empty()) {
    return {};
  }
  return analysis::Suppressions(text_of_file(path), path, today());
}

/// Everything that the gate checks. Throws Error for a file of suppressions that cannot be read.
GatePlan plan_of(const GateCommand& command) {
  return {rules_of(command), read_suppressions(command.suppressions), !command.baseline.empty()};
}

/// Judges a series, whose first is the baseline if there is one.
GateReport judge(const GateCommand& command, const GatePlan& plan, Series series) {
  GateReport report;
  report.steps = analysis::growth_of_steps(plan, series.profiles, series.growth);
  report.series = std::move(series);
  report.rules = plan.rules;
  report.suppressions_path = command.suppressions;
  report.has_files = !command.run || !command.keep.empty();
  report.verdict = analysis::check_gate(
      plan, {report.series.profiles.back(), report.series.growth, report.steps});
  report.suppressions = report.verdict.suppressions;
  return report;
}

Series load_dumps(const GateCommand& command, const GatePlan& plan, const Messages& messages) {
  std::vector<std::string> paths;
  if (!command.baseline.empty()) {
    paths.push_back(command.baseline);
  }
  paths.insert(paths.end(),
               command.arguments.begin() + static_cast<std::ptrdiff_t>(command.warm_up),
               command.arguments.end());
  return load_series(paths, {.damage = command.damage, .held = plan.needs_held()}, messages);
}

ExitCode write_baseline(const GateCommand& command, const Console& console) {
  const Messages messages(console, command.messages);
  Result result(console, command.result.to(command.write_baseline), command.messages.color);
  const analysis::Profile profile =
      load_profile(command.arguments.front(), true, messages, command.damage);
  result.stream() << formats::baseline_text(profile, version());
  result.commit();
  return profile.facts.complete ? ExitCode::kDone : ExitCode::kPartial;
}

}  // namespace

Verb add_gate(CLI::App& app) {
  auto command = std::make_shared<GateCommand>();
  CLI::App* sub = app.add_subcommand("gate", "Fail when a program grew more than rules allow");
  sub->footer(kExamples);
  sub->add_option("DUMP", command->arguments,
                  "The dumps to judge, earliest first; with\n--run the command to start")
      ->option_text("...");
  add_gate_options(*sub, *command);
  add_salvage_option(*sub, command->damage);
  add_message_options(*sub, command->messages);
  return {sub, [command](const Console& console) { return run(*command, console); }};
}

ExitCode run(const GateCommand& given, const Console& console) {
  const GateCommand command = with_config(given);
  validate(command);
  if (!command.write_baseline.empty()) {
    return write_baseline(command, console);
  }
  const Messages messages(console, command.messages);
  const GatePlan plan = plan_of(command);
  // All files are checked before the long work whose results they are for.
  Result result(console, command.result, command.messages.color);
  std::vector<std::pair<Format, std::unique_ptr<Result>>> files;
  for (const std::string& text : command.reports) {
    const ReportFile file = parse_report(text);
    files.emplace_back(file.format, std::make_unique<Result>(console, command.result.to(file.path),
                                                             command.messages.color));
  }

  Series series;
  if (command.run) {
    RunOutcome outcome =
        run_program_marked({command.arguments, command.baseline, command.keep, command.warm_up,
                            command.result.force, !command.no_values, plan.needs_held()},
                           messages);
    if (outcome.exit_status != 0) {
      return static_cast<ExitCode>(outcome.exit_status);
    }
    series = std::move(outcome.series);
  } else {
    series = load_dumps(command, plan, messages);
  }
  const GateReport report = judge(command, plan, std::move(series));
  print_report(result.stream(), command.result.format, report, result.style());
  for (auto& [format, file] : files) {
    TextStyle style;
    style.unit = command.result.unit();
    print_report(file->stream(), format, report, style);
    file->commit();
  }
  result.commit();
  if (!report.passed()) {
    return command.exit_zero ? ExitCode::kDone : ExitCode::kGateFailed;
  }
  return report.series.done();
}

}  // namespace heapscan::cli
