#include "cli/inspect/path_views.h"

#include <vector>

#include "analysis/graph/neighbourhood.h"
#include "analysis/paths/disjoint_paths.h"
#include "analysis/paths/path_tree.h"
#include "cli/console/printable.h"
#include "cli/input/selection.h"
#include "cli/inspect/paths_view.h"
#include "cli/render/json.h"

namespace heapscan::cli {

void show_object_paths(Result& result,
                       const AnalyzedHeap& view,
                       dump::ObjectId id,
                       const PathOptions& options,
                       const std::string& dump) {
  const TextStyle style = result.style();
  Json document = json_document("inspect");
  const bool json = result.is_json();
  if (options.paths != 0) {
    const analysis::DisjointPaths found =
        analysis::disjoint_paths(view.heap, view.paths, id, options.paths);
    if (json) {
      document["paths"] = json_paths(view, id, found);
    } else {
      print_paths(result.stream(), view, id, found, style);
    }
  } else {
    const bool in = options.referrers != 0;
    const auto direction = in ? analysis::Direction::kIn : analysis::Direction::kOut;
    const analysis::Neighbourhood part = analysis::neighbourhood(
        view.heap, {id}, direction, {in ? options.referrers : options.referents, result.limit()});
    if (json) {
      document[in ? "referrers" : "referents"] = json_surroundings(view, part);
    } else {
      print_surroundings(result.stream(), view, part, direction, style);
    }
  }
  if (json) {
    document["dump"] = json_dump(view.heap, dump);
    print_json(result.stream(), document);
  }
}

void show_path_tree(Result& result,
                    const dump::Heap& heap,
                    const std::string& type,
                    const std::string& dump) {
  const std::vector<dump::ObjectId> instances = require_instances(heap, type);
  const analysis::PathTree tree(heap, analysis::PathForest(heap), instances);
  if (!result.is_json()) {
    print_path_tree(result.stream(), count_text(instances.size()) + " " + printable(type), tree,
                    result.style());
    return;
  }
  Json document = json_document("inspect");
  document["dump"] = json_dump(heap, dump);
  document["path_tree"] = json_path_tree(tree, result.limit());
  document["path_tree"]["type"] = json_text(type);
  document["path_tree"]["instances"] = instances.size();
  print_json(result.stream(), document);
}

}  // namespace heapscan::cli
