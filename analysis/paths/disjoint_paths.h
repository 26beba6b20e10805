#pragma once

#include <cstddef>
#include <vector>

#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Ways from roots to one object that have no reference and no root in common. What nobody would
/// cut may be in several of them: the names of modules, and the references by which a module, class
/// or instance comes to the dict of its attributes.
struct DisjointPaths {
  std::vector<Path> paths;  ///< Shortest first; equal lengths in order of references.
  /// There are no more of them than these: so many references or roots, at least, must go before
  /// the object is freed.
  bool all = false;
};

/// At most `limit` of them, as many as there are. The first one found is that of `forest`; roots
/// that say more are preferred as they are there. Requires: limit > 0.
/// Cost: a breadth-first search for each path after the first one, and one more to see that there
/// is no other; 13 bytes for each object.
[[nodiscard]] DisjointPaths disjoint_paths(const Heap& heap,
                                           const PathForest& forest,
                                           ObjectId target,
                                           std::size_t limit);

}  // namespace heapscan::analysis
