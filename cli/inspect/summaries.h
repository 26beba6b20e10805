#pragma once

#include <cstddef>
#include <ostream>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/console/result.h"
#include "cli/inspect/histogram_view.h"
#include "cli/render/json.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// Accounts of all objects that `heapscan inspect` gives instead of the overview, without looking
/// who holds what: a histogram, or the waste. At most one.
struct SummaryOptions {
  HistogramOptions histogram;
  bool waste = false;

  [[nodiscard]] bool any() const { return histogram.by.has_value() || waste; }
};

/// Adds the options, which exclude each other and `others`.
void add_summary_options(CLI::App& command,
                         SummaryOptions& options,
                         const std::vector<CLI::Option*>& others);

/// The account that was asked for. Requires: options.any().
void print_summary(std::ostream& out,
                   const dump::Heap& heap,
                   const SummaryOptions& options,
                   const TextStyle& style);

/// The same as the fields of a JSON document.
[[nodiscard]] Json json_summary(const dump::Heap& heap,
                                const SummaryOptions& options,
                                std::size_t limit);

}  // namespace heapscan::cli
