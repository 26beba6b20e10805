#include "cli/inspect/findings.h"

#include <fmt/format.h>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "analysis/suspects/suspects.h"
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
                fmt::format("--cycle: there is no cycle {}: the dump has {} (see --cycles)", number,
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
