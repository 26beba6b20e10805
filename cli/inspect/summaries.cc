#include "cli/inspect/summaries.h"

#include <CLI/CLI.hpp>

#include "analysis/graph/paths.h"
#include "analysis/waste/waste.h"
#include "cli/inspect/waste_view.h"

namespace heapscan::cli {
namespace {

analysis::Waste waste_of(const dump::Heap& heap) {
  return analysis::find_waste(heap, analysis::PathForest(heap));
}

}  // namespace

void add_summary_options(CLI::App& command,
                         SummaryOptions& options,
                         const std::vector<CLI::Option*>& others) {
  CLI::Option* by = add_histogram_options(command, options.histogram);
  CLI::Option* waste =
      command.add_flag("--waste", options.waste, "Show what the same contents would take less")
          ->excludes(by);
  for (CLI::Option* const other : others) {
    by->excludes(other);
    waste->excludes(other);
  }
}

Page summary_page(const dump::Heap& heap,
                  const SummaryOptions& summary,
                  const PageOptions& options) {
  return summary.waste ? waste_page(heap, waste_of(heap), options)
                       : histogram_page(heap, histogram_view_of(heap, summary.histogram), options);
}

}  // namespace heapscan::cli
