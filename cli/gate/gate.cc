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
#include "cli/verb/values.h"
#include "formats/baseline.h"

namespace heapscan::cli {
namespace {

using analysis::Rule;
using analysis::RuleKind;

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

/// The rules that judge the growth per step, or the others.
std::vector<Rule> rules_that_judge(const std::vector<Rule>& rules, bool per_step) {
  std::vector<Rule> chosen;
  for (const Rule& rule : rules) {
    if (rule.limit.per_step == per_step) {
      chosen.push_back(rule);
    }
  }
  return chosen;
}

/// The growth of the series without its baseline, if that leaves two dumps.
analysis::Growth steps_of(const Series& series, bool has_baseline) {
  if (!has_baseline || series.profiles.size() < 3) {
    return series.growth;
  }
  return analysis::compare({series.profiles.begin() + 1, series.profiles.end()});
}

/// Judges a series, whose first is the baseline if there is one.
GateReport judge(const GateRequest& request, Series series) {
  GateReport report;
  report.steps = steps_of(series, !request.baseline.empty());
  report.series = std::move(series);
  report.rules = request.rules;
  report.suppressions = request.suppressions;
  report.suppressions_path = request.suppressions_path;
  report.has_files = request.program.empty() || !request.keep.empty();
  const analysis::Profile& last = report.series.profiles.back();
  report.verdict = analysis::check_gate(rules_that_judge(report.rules, false), last,
                                        report.series.growth, report.suppressions);
  analysis::Verdict steps = analysis::check_gate(rules_that_judge(report.rules, true), last,
                                                 report.steps, report.suppressions);
  report.verdict.broken.insert(report.verdict.broken.end(), steps.broken.begin(),
                               steps.broken.end());
  report.verdict.suppressed.insert(report.verdict.suppressed.end(), steps.suppressed.begin(),
                                   steps.suppressed.end());
  report.verdict.known_holders.merge(steps.known_holders);
  return report;
}

Series load_dumps(const GateRequest& request, const Messages& messages) {
  std::vector<std::string> paths;
  if (!request.baseline.empty()) {
    paths.push_back(request.baseline);
  }
  paths.insert(paths.end(), request.dumps.begin() + static_cast<std::ptrdiff_t>(request.warm_up),
               request.dumps.end());
  return load_series(paths, {.held = request.wants_held()}, messages);
}

ExitCode write_baseline(const GateRequest& request, const Console& console) {
  const Messages messages(console, request.messages);
  Result result(console, request.result.to(request.write_baseline), request.messages.color);
  const analysis::Profile profile = load_profile(request.dumps.front(), true, messages);
  result.stream() << formats::baseline_text(profile, version());
  result.commit();
  return profile.facts.complete ? ExitCode::kDone : ExitCode::kPartial;
}

}  // namespace

bool GateRequest::wants_held() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
    return rule.kind == RuleKind::kRetained || rule.kind == RuleKind::kSuspects;
  });
}

Verb gate_verb() {
  const auto options = std::make_shared<GateOptions>();
  return {
      .name = "gate",
      .summary = "Fail if a program grew more than the rules allow",
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
                            request.result.force, !request.no_values, request.wants_held()},
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
