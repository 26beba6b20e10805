#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/histogram/grouping.h"
#include "analysis/histogram/histogram.h"
#include "analysis/histogram/object_filter.h"
#include "cli/render/page.h"
#include "dump/heap.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace heapscan::cli {

/// The options of `heapscan inspect DUMP --by KEY`.
struct HistogramOptions {
  std::optional<analysis::GroupKey> by;  ///< Nothing: another view was asked for.
  bool retained = false;
  std::vector<std::string> filters;
};

/// What `heapscan inspect DUMP --by KEY` says: how much is in each group of objects.
struct HistogramView {
  analysis::GroupKey by = analysis::GroupKey::kType;
  bool retained = false;  ///< Whether the rows have retained sizes, and are sorted by them.
  analysis::Histogram histogram;
};

/// Adds --by, --retained and --filter. Returns --by, which excludes other views.
CLI::Option* add_histogram_options(CLI::App& command, HistogramOptions& options);

/// Requires: options.by has a value.
[[nodiscard]] HistogramView histogram_view_of(const dump::Heap& heap,
                                              const HistogramOptions& options);

[[nodiscard]] Page histogram_page(const dump::Heap& heap,
                                  const HistogramView& view,
                                  const PageOptions& options);

}  // namespace heapscan::cli
