#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/heap_view.h"
#include "cli/options.h"
#include "cli/result.h"

namespace heapscan::cli {

/// Which part of the overview `heapscan inspect` shows in full; at most one.
struct FindingOptions {
  bool suspects = false;

  [[nodiscard]] bool any() const { return suspects; }
};

/// Adds the options, which exclude each other.
void add_finding_options(CLI::App& command, FindingOptions& options);

/// Shows what was asked for. Requires: options.any(). `dump`: its path, for JSON.
void show_finding(Result& result,
                  const HeapView& view,
                  const FindingOptions& options,
                  const std::string& dump,
                  const ResultOptions& form,
                  When color);

}  // namespace heapscan::cli
