#pragma once

#include <cstddef>
#include <string>

#include "analysis/graph/neighbourhood.h"
#include "analysis/paths/disjoint_paths.h"
#include "analysis/paths/path_tree.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

/// Paths to and from objects: what `heapscan inspect` shows with --paths, --tree, --referrers and
/// --referents.
namespace heapscan::cli {

[[nodiscard]] Page paths_page(const AnalyzedHeap& view,
                              dump::ObjectId target,
                              const analysis::DisjointPaths& found,
                              const PageOptions& options);

/// The paths to `instances` objects of `type`, as one tree.
[[nodiscard]] Page path_tree_page(const std::string& type,
                                  std::size_t instances,
                                  const analysis::PathTree& tree,
                                  const PageOptions& options);

/// `part`: what lies around its first member in one direction. Each other member is shown once,
/// below one that is nearer.
[[nodiscard]] Page surroundings_page(const AnalyzedHeap& view,
                                     const analysis::Neighbourhood& part,
                                     analysis::Direction direction,
                                     const PageOptions& options);

}  // namespace heapscan::cli
