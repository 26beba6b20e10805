#include "cli/inspect/findings.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "analysis/suspects/suspects.h"
#include "cli/console/options.h"
#include "cli/console/size_text.h"
#include "cli/inspect/cycles_view.h"
#include "cli/inspect/suspects_view.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

Page cycle_of(const AnalyzedHeap& view, std::size_t number, const PageOptions& options) {
  const analysis::Garbage garbage = analysis::find_garbage(view.heap, view.dominators.reachable);
  if (number > garbage.groups.size()) {
    throw Error(ErrorKind::kUsage,
                fmt::format("--cycle: there is no cycle {}: the dump has {}, see --cycles", number,
                            counted(garbage.groups.size(), "group")));
  }
  const std::size_t group = number - 1;
  return cycle_page(view,
                    {garbage, group,
                     analysis::cut_cycle(view.heap, garbage, view.dominators.reachable,
                                         garbage.groups[group].example)},
                    options);
}

}  // namespace

std::vector<CLI::Option*> add_finding_options(CLI::App& command,
                                              FindingOptions& options,
                                              const std::vector<CLI::Option*>& others) {
  CLI::Option* suspects =
      command.add_flag("--suspects", options.suspects, "Show all places where memory gathers");
  CLI::Option* cycles =
      command.add_flag("--cycles", options.cycles, "Show all groups of unreachable cycles");
  CLI::Option* cycle =
      command
          .add_option("--cycle", options.cycle,
                      "Show group N of --cycles edge by edge, and what\nwould let it be freed")
          ->option_text("N")
          ->check(number_validator());
  suspects->excludes(cycles)->excludes(cycle);
  cycles->excludes(cycle);
  for (CLI::Option* const other : others) {
    suspects->excludes(other);
    cycles->excludes(other);
    cycle->excludes(other);
  }
  return {suspects, cycles, cycle};
}

Page finding_page(const AnalyzedHeap& view,
                  const FindingOptions& finding,
                  const PageOptions& options) {
  if (finding.suspects) {
    return suspects_page(view, analysis::find_suspects(view.heap, view.dominators, view.paths),
                         options);
  }
  if (finding.cycle != 0) {
    return cycle_of(view, finding.cycle, options);
  }
  return cycles_page(view, analysis::find_garbage(view.heap, view.dominators.reachable), options);
}

}  // namespace heapscan::cli
