#pragma once

#include "analysis/graph/object_set.h"
#include "dump/heap.h"

namespace heapscan::analysis {

using dump::Heap;

/// The objects on a path of strong references from a root. Everything else is garbage that the
/// program has not freed. Cost: one pass over the reachable references, one bit for each object.
[[nodiscard]] ObjectSet reachable_objects(const Heap& heap);

}  // namespace heapscan::analysis
