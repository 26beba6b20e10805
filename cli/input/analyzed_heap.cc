#include "cli/input/analyzed_heap.h"

#include <future>
#include <optional>
#include <utility>

#include "analysis/text/describe.h"
#include "cli/console/printable.h"

namespace heapscan::cli {

AnalyzedHeap analyze(const dump::Heap& heap, const std::function<void()>& meanwhile) {
  std::future<analysis::PathForest> paths = std::async(std::launch::async, [&] {
    analysis::PathForest found(heap);
    meanwhile();
    return found;
  });
  analysis::DominatorTree dominators = analysis::dominator_tree(heap);
  return {heap, std::move(dominators), paths.get()};
}

std::string shown_path_to(const AnalyzedHeap& view, dump::ObjectId id) {
  const std::optional<analysis::Path> path = view.paths.path(id);
  return path ? printable(analysis::path_text(view.heap, *path))
              : "unreachable: no root leads to it";
}

}  // namespace heapscan::cli
