#pragma once

#include <vector>

#include <CLI/CLI.hpp>

#include "cli/histogram_view.h"
#include "cli/options.h"
#include "cli/result.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// Accounts of all objects that `heapscan inspect` gives instead of the overview, without looking
/// who holds what: a histogram, or the waste. At most one.
struct AccountOptions {
  HistogramOptions histogram;
  bool waste = false;

  [[nodiscard]] bool any() const { return histogram.by.has_value() || waste; }
};

/// Adds the options, which exclude each other and `others`.
void add_account_options(CLI::App& command,
                         AccountOptions& options,
                         const std::vector<CLI::Option*>& others);

/// Shows what was asked for. Requires: options.any(). `dump`: its path, for JSON.
void show_account(Result& result,
                  const dump::Heap& heap,
                  const AccountOptions& options,
                  const std::string& dump,
                  const ResultOptions& form,
                  When color);

}  // namespace heapscan::cli
