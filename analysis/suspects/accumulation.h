#pragma once

#include <vector>

#include "analysis/graph/dominators.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Where the memory below an object gathers. From the object one walks down the dominator tree as
/// long as a single child keeps at least seven tenths of its parent's retained size: the object
/// where the walk ends holds many small things, and is the one to look at. A chain of objects of
/// one type (a linked list) is not walked: its first object stands for it.
///
/// Returns one object for each of `holders`, which may be the holder itself.
/// Cost: one pass over the objects; 4 bytes for each.
[[nodiscard]] std::vector<dump::ObjectId> accumulation_points(
    const dump::Heap& heap,
    const DominatorTree& dominators,
    const std::vector<dump::ObjectId>& holders);

}  // namespace heapscan::analysis
