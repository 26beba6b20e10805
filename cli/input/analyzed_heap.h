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

/// The descriptions of analysis/text/describe.h, made printable.
[[nodiscard]] std::string shown_object(const dump::Heap& heap, dump::ObjectId id);
[[nodiscard]] std::string shown_reference(const dump::Heap& heap, dump::Referrer reference);
[[nodiscard]] std::string shown_path(const dump::Heap& heap, const analysis::Path& path);
/// The path to the object, or a note that it is unreachable.
[[nodiscard]] std::string shown_path_to(const AnalyzedHeap& view, dump::ObjectId id);

}  // namespace heapscan::cli
