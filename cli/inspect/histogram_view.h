#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/histogram/grouping.h"
#include "analysis/histogram/histogram.h"
#include "analysis/histogram/object_filter.h"
#include "cli/render/page.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// The options of `heapscan inspect DUMP --by KEY`.
struct HistogramOptions {
  std::optional<analysis::GroupKey> by;  ///< Nothing: another view was requested.
  bool retained = false;
  analysis::ObjectFilter filter;
};

/// What `heapscan inspect DUMP --by KEY` shows: how much is in each group of objects.
struct HistogramView {
  analysis::GroupKey by = analysis::GroupKey::kType;
  bool retained = false;  ///< Whether the rows have retained sizes, and are sorted by them.
  analysis::Histogram histogram;
};

/// The keys, in the order in which messages list them, by their words on the command line.
[[nodiscard]] const std::vector<std::pair<std::string, analysis::GroupKey>>& group_key_words();

/// Requires: options.by has a value.
[[nodiscard]] HistogramView histogram_view_of(const dump::Heap& heap,
                                              const HistogramOptions& options);

[[nodiscard]] Page histogram_page(const dump::Heap& heap,
                                  const HistogramView& view,
                                  const PageOptions& options);

}  // namespace heapscan::cli
