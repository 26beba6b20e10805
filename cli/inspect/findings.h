#pragma once

#include <cstddef>
#include <string>

#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"

namespace heapscan::cli {

/// Which part of the overview `heapscan inspect` shows in full; at most one.
struct FindingOptions {
  bool suspects = false;
  bool cycles = false;
  std::size_t cycle = 0;  ///< The number of a group of cycles, or 0.

  [[nodiscard]] bool any() const { return suspects || cycles || cycle != 0; }
};

/// Shows what was asked for. Requires: options.any(). `dump`: its path, for JSON. Throws
/// Error(kUsage) for a cycle that there is not.
void show_finding(Result& result,
                  const AnalyzedHeap& view,
                  const FindingOptions& options,
                  const std::string& dump);

}  // namespace heapscan::cli
