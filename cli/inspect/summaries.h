#pragma once

#include <cstddef>
#include <ostream>

#include "cli/console/result.h"
#include "cli/inspect/histogram_view.h"
#include "cli/render/json.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// Summaries of all objects that `heapscan inspect` shows instead of the overview, without finding
/// out what holds what: a histogram, or avoidable memory. At most one.
struct SummaryOptions {
  HistogramOptions histogram;
  bool waste = false;

  [[nodiscard]] bool any() const { return histogram.by.has_value() || waste; }
};

/// The summary that was asked for. Requires: options.any().
void print_summary(std::ostream& out,
                   const dump::Heap& heap,
                   const SummaryOptions& options,
                   const TextStyle& style);

/// The same as the fields of a JSON document.
[[nodiscard]] Json json_summary(const dump::Heap& heap,
                                const SummaryOptions& options,
                                std::size_t limit);

}  // namespace heapscan::cli
