#pragma once

#include <vector>

#include "analysis/graph/dominators.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The accumulation points below objects, in the sense of Eclipse Memory Analyzer. From an object,
/// walk down the dominator tree as long as a single child retains at least seven tenths of what its
/// parent does: the object where the walk ends holds many small things, and is the one to inspect.
/// A chain of objects of one type (a linked list) is not followed: its first object represents it.
///
/// Returns one object for each of `holders`, which may be the holder itself.
/// Cost: one pass over the objects; 4 bytes for each.
[[nodiscard]] std::vector<dump::ObjectId> accumulation_points(
    const dump::Heap& heap,
    const DominatorTree& dominators,
    const std::vector<dump::ObjectId>& holders);

}  // namespace heapscan::analysis
