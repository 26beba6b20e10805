#pragma once

#include <cstddef>
#include <vector>

#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace heapscan::cli {

/// Which part of the overview `heapscan inspect` shows in full; at most one.
struct FindingOptions {
  bool suspects = false;
  bool cycles = false;
  std::size_t cycle = 0;  ///< The number of a group of cycles, or 0.

  [[nodiscard]] bool any() const { return suspects || cycles || cycle != 0; }
};

/// Adds the options, which exclude each other and `others`, and returns them.
std::vector<CLI::Option*> add_finding_options(CLI::App& command,
                                              FindingOptions& options,
                                              const std::vector<CLI::Option*>& others);

/// What was asked for. Requires: finding.any(). Throws Error(kUsage) for a cycle that does not
/// exist.
[[nodiscard]] Page finding_page(const AnalyzedHeap& view,
                                const FindingOptions& finding,
                                const PageOptions& options);

}  // namespace heapscan::cli
