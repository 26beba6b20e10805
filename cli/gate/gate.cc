#include "cli/gate/gate.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "analysis/gate/gate.h"
#include "cli/compare/series.h"
#include "cli/console/messages.h"
#include "cli/console/result.h"
#include "cli/console/version.h"
#include "cli/gate/gate_options.h"
#include "cli/gate/gate_report.h"
#include "cli/gate/gate_run.h"
#include "cli/input/salvage.h"
#include "cli/verb/values.h"
#include "formats/baseline.h"

namespace heapscan::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5%\n"
    "  heapscan gate old.hsd new.hsd --max-growth 5% --max-growth 1MiB --max-cycles 0\n"
    "  heapscan gate 1.hsd 2.hsd 3.hsd 4.hsd --max-holder-growth '*=0/step'\n"
    "  heapscan gate --write-baseline baseline.json main.hsd\n"
    "  heapscan gate --baseline baseline.json new.hsd --config gate.toml\n"
    "  heapscan gate --run --max-holder-growth '*=0/step' -- python3 -m pytest tests\n"
    "\n"
    "The gate fails if any rule is violated. A limit is a size (0, 512KiB, 10MiB) or\n"
    "a percentage of the old size (5%); LIMIT/step applies to what grows steadily.";

/// Judges a series, whose first dump is the baseline if there is one.
GateReport judge(const GateRequest& request, Series series) {
  GateReport report;
  report.steps = analysis::growth_of_steps(request.plan, series.profiles, series.growth);
  report.series = std::move(series);
  report.rules = request.plan.rules;
  report.suppressions_path = request.suppressions_path;
  report.has_files = request.program.empty() || !request.keep.empty();
  report.verdict = analysis::check_gate(
      request.plan, {report.series.profiles.back(), report.series.growth, report.steps});
  report.suppressions = report.verdict.suppressions;
  return report;
}

Series load_dumps(const GateRequest& request, const Messages& messages) {
  std::vector<std::string> paths;
  if (!request.baseline.empty()) {
    paths.push_back(request.baseline);
  }
  paths.insert(paths.end(), request.dumps.begin() + static_cast<std::ptrdiff_t>(request.warm_up),
               request.dumps.end());
  return load_series(
      paths, {.damage = damage_of(request.salvage), .held = request.plan.needs_held()}, messages);
}

ExitCode write_baseline(const GateRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  Result result(console, request.result.to(request.write_baseline), request.messages.color);
  const analysis::Profile profile =
      load_profile(request.dumps.front(), true, messages, damage_of(request.salvage));
  result.stream() << formats::baseline_text(profile, version());
  result.commit();
  return profile.facts.complete ? ExitCode::kDone : ExitCode::kPartial;
}

}  // namespace

Verb gate_verb() {
  const auto options = std::make_shared<GateOptions>();
  return {
      .name = "gate",
      .summary = "Fail if a program grew more than its rules allow",
      .examples = kExamples,
      .arguments = {{.name = "DUMP",
                     .help = "The dumps to check, earliest first; with\n--run the command to run",
                     .take = each_text(options->arguments),
                     .repeatable = true}},
      .options = gate_options(*options),
      .run = [options](const Console& console) { return run(gate_request(*options), console); }};
}

ExitCode run(const GateRequest& request, const Console& console) {
  if (!request.write_baseline.empty()) {
    return write_baseline(request, console);
  }
  const Messages messages(console, request.messages);
  // All files are checked before the long work whose results they are for.
  Result result(console, request.result, request.messages.color);
  std::vector<std::pair<Format, std::unique_ptr<Result>>> files;
  for (const ReportFile& file : request.reports) {
    files.emplace_back(file.format, std::make_unique<Result>(console, request.result.to(file.path),
                                                             request.messages.color));
  }

  Series series;
  if (!request.program.empty()) {
    RunOutcome outcome =
        run_program_marked({request.program, request.baseline, request.keep, request.warm_up,
                            request.result.force, !request.no_values, request.plan.needs_held()},
                           messages);
    if (outcome.exit_status != 0) {
      return static_cast<ExitCode>(outcome.exit_status);
    }
    series = std::move(outcome.series);
  } else {
    series = load_dumps(request, messages);
  }
  const GateReport report = judge(request, std::move(series));
  print_report(result.stream(), request.result.format, report, result.style());
  for (auto& [format, file] : files) {
    TextStyle style;
    style.unit = request.result.unit();
    print_report(file->stream(), format, report, style);
    file->commit();
  }
  result.commit();
  if (!report.passed()) {
    return request.exit_zero ? ExitCode::kDone : ExitCode::kGateFailed;
  }
  return report.series.done();
}

}  // namespace heapscan::cli
