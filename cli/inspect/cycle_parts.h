#pragma once

#include <cstddef>
#include <vector>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "cli/render/page.h"
#include "dump/heap.h"

/// What the views of cycles share: a walk around a cycle, and how to break it.
namespace heapscan::cli {

/// The references along the cycle for people, at most `limit` of them, 0 for all.
void add_walk(Lines& lines,
              const dump::Heap& heap,
              const analysis::UnreachableCycle& cycle,
              std::size_t limit);

/// The columns, for programs, of references: source, type, reference, target, target_type.
[[nodiscard]] Listing references_listing(const dump::Heap& heap,
                                         const std::vector<dump::Referrer>& references);

/// Where an object of the cycle was allocated; null when the dump does not know.
[[nodiscard]] const dump::AllocationSite* site_of_cycle(const dump::Heap& heap,
                                                        const analysis::UnreachableCycle& cycle);

/// How to break a cycle, so that reference counting frees it and `group`, the cycles like it.
[[nodiscard]] Lines cut_lines(const dump::Heap& heap,
                              const analysis::CycleGroup& group,
                              const analysis::CycleCut& cut);

}  // namespace heapscan::cli
