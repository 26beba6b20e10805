#pragma once

#include <cstddef>
#include <ostream>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/json.h"

namespace heapscan::cli {

/// The groups of unreachable cycles and an example of the first one, as a part of the overview.
/// Nothing when there is no garbage.
void print_main_cycles(std::ostream& out,
                       const AnalyzedHeap& view,
                       const analysis::Garbage& garbage,
                       const TextStyle& style);

/// All groups by number, with tails and allocation sites: `heapscan inspect --cycles`.
void print_cycles(std::ostream& out,
                  const AnalyzedHeap& view,
                  const analysis::Garbage& garbage,
                  const TextStyle& style);

/// The example of one group edge by edge, and how to let reference counts free it.
struct CycleView {
  const analysis::Garbage& garbage;
  std::size_t group;  ///< A row of Garbage::groups.
  analysis::CycleCut cut;
};

void print_cycle(std::ostream& out,
                 const AnalyzedHeap& view,
                 const CycleView& shown,
                 const TextStyle& style);

/// At most `limit` groups, 0 for all.
[[nodiscard]] Json json_cycles(const AnalyzedHeap& view,
                               const analysis::Garbage& garbage,
                               std::size_t limit);

[[nodiscard]] Json json_cycle(const AnalyzedHeap& view, const CycleView& shown);

}  // namespace heapscan::cli
