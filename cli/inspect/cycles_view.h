#pragma once

#include <cstddef>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// The groups of unreachable cycles and an example of the first one: a part of the overview.
/// Nothing for people when there is no garbage.
void add_main_cycles(Page& page,
                     const AnalyzedHeap& view,
                     const analysis::Garbage& garbage,
                     const PageOptions& options);

/// `heapscan inspect --cycles`: all groups by number, with tails and allocation sites.
[[nodiscard]] Page cycles_page(const AnalyzedHeap& view,
                               const analysis::Garbage& garbage,
                               const PageOptions& options);

/// The example of one group, and how to break it.
struct CycleView {
  const analysis::Garbage& garbage;
  std::size_t group;  ///< A row of Garbage::groups.
  analysis::CycleCut cut;
};

/// `heapscan inspect --cycle`: one cycle, reference by reference.
[[nodiscard]] Page cycle_page(const AnalyzedHeap& view,
                              const CycleView& shown,
                              const PageOptions& options);

}  // namespace heapscan::cli
