#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>

#include "analysis/graph/neighbourhood.h"
#include "analysis/paths/disjoint_paths.h"
#include "analysis/paths/path_tree.h"
#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/json.h"

/// The ways to and from objects: what `heapscan inspect` shows with --paths, --tree, --referrers
/// and
/// --referents.
namespace heapscan::cli {

void print_paths(std::ostream& out,
                 const AnalyzedHeap& view,
                 dump::ObjectId target,
                 const analysis::DisjointPaths& found,
                 const TextStyle& style);

[[nodiscard]] Json json_paths(const AnalyzedHeap& view,
                              dump::ObjectId target,
                              const analysis::DisjointPaths& found);

/// `what`: "45 shop.Session".
void print_path_tree(std::ostream& out,
                     const std::string& what,
                     const analysis::PathTree& tree,
                     const TextStyle& style);

/// At most `limit` nodes, 0 for all.
[[nodiscard]] Json json_path_tree(const analysis::PathTree& tree, std::size_t limit);

/// `part`: what lies around its first member in one direction. Each other member is shown once,
/// below one that is nearer.
void print_surroundings(std::ostream& out,
                        const AnalyzedHeap& view,
                        const analysis::Neighbourhood& part,
                        analysis::Direction direction,
                        const TextStyle& style);

[[nodiscard]] Json json_surroundings(const AnalyzedHeap& view, const analysis::Neighbourhood& part);

}  // namespace heapscan::cli
