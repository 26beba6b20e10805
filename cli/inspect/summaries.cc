#include "cli/inspect/summaries.h"

#include "analysis/graph/paths.h"
#include "analysis/waste/waste.h"
#include "cli/inspect/waste_view.h"

namespace heapscan::cli {
namespace {

analysis::Waste waste_of(const dump::Heap& heap) {
  return analysis::find_waste(heap, analysis::PathForest(heap));
}

}  // namespace

Page summary_page(const dump::Heap& heap,
                  const SummaryOptions& summary,
                  const PageOptions& options) {
  return summary.waste ? waste_page(heap, waste_of(heap), options)
                       : histogram_page(heap, histogram_view_of(heap, summary.histogram), options);
}

}  // namespace heapscan::cli
