#include "cli/inspect/path_views.h"

#include <vector>

#include <CLI/CLI.hpp>

#include "analysis/graph/neighbourhood.h"
#include "analysis/paths/disjoint_paths.h"
#include "analysis/paths/path_tree.h"
#include "cli/console/options.h"
#include "cli/input/selection.h"
#include "cli/inspect/paths_view.h"

namespace heapscan::cli {

void add_path_options(CLI::App& command, PathOptions& options) {
  CLI::Option* paths =
      command
          .add_option("--paths", options.paths,
                      "With --object: up to K paths from roots that share\nno reference")
          ->option_text("K");
  CLI::Option* referrers = command
                               .add_option("--referrers", options.referrers,
                                           "With --object: who refers to it, DEPTH references\nfar")
                               ->option_text("DEPTH");
  CLI::Option* referents =
      command
          .add_option("--referents", options.referents,
                      "With --object: what it refers to, DEPTH\nreferences far")
          ->option_text("DEPTH");
  CLI::Option* tree =
      command.add_flag("--tree", options.tree, "With --type: the paths to all of them as one tree");
  for (CLI::Option* option : {paths, referrers, referents}) {
    option->check(number_validator())->needs(command.get_option("--object"));
  }
  tree->needs(command.get_option("--type"));
  paths->excludes(referrers)->excludes(referents);
  referrers->excludes(referents);
}

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
