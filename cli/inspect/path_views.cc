#include "cli/inspect/path_views.h"

#include <vector>

#include "analysis/graph/neighbourhood.h"
#include "analysis/paths/disjoint_paths.h"
#include "analysis/paths/path_tree.h"
#include "cli/input/selection.h"
#include "cli/inspect/paths_view.h"

namespace heapscan::cli {

Page object_paths_page(const AnalyzedHeap& view,
                       dump::ObjectId id,
                       const PathOptions& paths,
                       const PageOptions& options) {
  if (paths.paths != 0) {
    return paths_page(view, id, analysis::disjoint_paths(view.heap, view.paths, id, paths.paths),
                      options);
  }
  const bool in = paths.referrers != 0;
  const auto direction = in ? analysis::Direction::kIn : analysis::Direction::kOut;
  return surroundings_page(
      view,
      analysis::neighbourhood(view.heap, {id}, direction,
                              {in ? paths.referrers : paths.referents, options.limit}),
      direction, options);
}

Page type_paths_page(const dump::Heap& heap, const std::string& type, const PageOptions& options) {
  const std::vector<dump::ObjectId> instances = require_instances(heap, type);
  const analysis::PathTree tree(heap, analysis::PathForest(heap), instances);
  return path_tree_page(type, instances.size(), tree, options);
}

}  // namespace heapscan::cli
