#pragma once

#include <cstddef>
#include <vector>

#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Paths from roots to one object that have no reference and no root in common. Only references
/// that no one would cut may be in several of them: the names of modules, and the references from a
/// module, class or instance to the table of its attributes.
struct DisjointPaths {
  std::vector<Path> paths;  ///< Shortest first; equal lengths in order of references.
  /// Whether these are all there are: then at least as many references or roots must be cut before
  /// the object is freed.
  bool all = false;
};

/// As many of them as there are, at most `limit`: a maximum flow (Edmonds and Karp 1972). The first
/// is the path in `forest`; roots are preferred as they are there. Requires: limit > 0.
/// Cost: a breadth-first search for each path after the first, and one more to establish that there
/// is no other; 13 bytes for each object.
[[nodiscard]] DisjointPaths disjoint_paths(const Heap& heap,
                                           const PathForest& forest,
                                           ObjectId target,
                                           std::size_t limit);

}  // namespace heapscan::analysis
