#pragma once

#include "cli/inspect/histogram_view.h"
#include "cli/render/page.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// Summaries of all objects that `heapscan inspect` shows instead of the overview, without finding
/// dominators: a histogram, or avoidable memory. At most one.
struct SummaryOptions {
  HistogramOptions histogram;
  bool waste = false;

  [[nodiscard]] bool any() const { return histogram.by.has_value() || waste; }
};

/// The requested summary. Requires: summary.any().
[[nodiscard]] Page summary_page(const dump::Heap& heap,
                                const SummaryOptions& summary,
                                const PageOptions& options);

}  // namespace heapscan::cli
