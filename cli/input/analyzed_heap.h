#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// A heap with the two analyses that every view needs.
struct AnalyzedHeap {
  dump::Heap heap;
  analysis::DominatorTree dominators;
  analysis::PathForest paths;
};

/// Cost: the dominator tree and the search for paths, concurrently on two threads. `meanwhile` runs
/// on the second one, which finishes long before the first.
[[nodiscard]] AnalyzedHeap analyze(
    const dump::Heap& heap, const std::function<void()>& meanwhile = [] {});

/// The path to the object as text, or that nothing reaches it; printable.
[[nodiscard]] std::string shown_path_to(const AnalyzedHeap& view, dump::ObjectId id);

}  // namespace heapscan::cli
