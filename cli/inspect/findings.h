#pragma once

#include <cstddef>

#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// Which part of the overview `heapscan inspect` shows in full; at most one.
struct FindingOptions {
  bool suspects = false;
  bool cycles = false;
  std::size_t cycle = 0;  ///< The number of a group of cycles, or 0.

  [[nodiscard]] bool any() const { return suspects || cycles || cycle != 0; }
};

/// What was requested. Requires: finding.any(). Throws Error(kUsage) for a cycle that does not
/// exist.
[[nodiscard]] Page finding_page(const AnalyzedHeap& view,
                                const FindingOptions& finding,
                                const PageOptions& options);

}  // namespace heapscan::cli
