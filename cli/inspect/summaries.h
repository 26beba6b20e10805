#pragma once

#include <vector>

#include "cli/inspect/histogram_view.h"
#include "cli/render/page.h"
#include "dump/heap.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace heapscan::cli {

/// Summaries of all objects that `heapscan inspect` shows instead of the overview, without finding
/// who holds what: a histogram, or the avoidable memory. At most one.
struct SummaryOptions {
  HistogramOptions histogram;
  bool waste = false;

  [[nodiscard]] bool any() const { return histogram.by.has_value() || waste; }
};

/// Adds the options, which exclude each other and `others`.
void add_summary_options(CLI::App& command,
                         SummaryOptions& options,
                         const std::vector<CLI::Option*>& others);

/// The summary that was asked for. Requires: summary.any().
[[nodiscard]] Page summary_page(const dump::Heap& heap,
                                const SummaryOptions& summary,
                                const PageOptions& options);

}  // namespace heapscan::cli
