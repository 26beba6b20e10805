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

void print_summary(std::ostream& out,
                   const dump::Heap& heap,
                   const SummaryOptions& options,
                   const TextStyle& style) {
  if (options.waste) {
    print_waste(out, heap, waste_of(heap), style);
  } else {
    print_histogram(out, heap, histogram_view_of(heap, options.histogram), style);
  }
}

Json json_summary(const dump::Heap& heap, const SummaryOptions& options, std::size_t limit) {
  if (options.waste) {
    return {{"waste", json_waste(heap, waste_of(heap), limit)}};
  }
  return {{"histogram", json_histogram(histogram_view_of(heap, options.histogram), limit)}};
}

}  // namespace heapscan::cli
