// Problem: of the many ways from roots to an object, show the one that says most. A plain
// breadth-first search from all roots finds shortest paths, but a shortest path often starts at a
// list inside the interpreter, which tells the author of the program nothing.
//
// Idea: one breadth-first search over classes of roots, one class after another. What modules and
// globals reach keeps those paths; a later class only adds what no earlier one reached. Locals of
// running functions come after modules although they are often nearer: `cache = shop.CACHE` in a
// function that happens to run must not turn the cache into that function's, or a dump could not be
// compared with one taken a moment later. The visited objects, in the order of visiting, are the
// queue.
//
// Cost: every object and every reference once, as in a single search.
#include "analysis/paths.h"

#include <algorithm>
#include <span>

namespace heapscan::analysis {

using dump::RootKind;

unsigned root_class(RootKind kind) {
  switch (kind) {
    case RootKind::kModule:
    case RootKind::kGlobal:
      return 0;
    case RootKind::kFrame:
      return 1;
    case RootKind::kThread:
    case RootKind::kInterpreter:
      return 2;
    case RootKind::kBuiltin:
      return 3;
    case RootKind::kNative:
      break;
  }
  return kRootClasses - 1;
}

PathForest::PathForest(const Heap& heap, const StopSignal& stop)
    : heap_(heap), parent_(heap.object_count()), distance_(heap.object_count(), kUnreached) {
  order_.reserve(heap.object_count());
  for (unsigned searched = 0; searched < kRootClasses; ++searched) {
    const std::size_t first = order_.size();
    const std::span<const Root> roots = heap_.roots();
    for (std::uint32_t row = 0; row < roots.size(); ++row) {
      if (root_class(roots[row].kind) == searched && !reached(roots[row].object)) {
        visit(roots[row].object, {ObjectId::none(), row}, 0);
      }
    }
    search_from(first, stop);
  }
  order_.shrink_to_fit();
}

void PathForest::visit(ObjectId id, Referrer parent, std::uint32_t distance) {
  distance_[id.value()] = distance;
  parent_[id.value()] = parent;
  order_.push_back(id);
}

void PathForest::search_from(std::size_t first, const StopSignal& stop) {
  for (std::size_t next = first; next < order_.size(); ++next) {
    stop.check_sometimes(next);
    const ObjectId source = order_[next];
    const std::uint32_t distance = distance_[source.value()] + 1;
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap_.targets(source)) {
      if (!reached(target)) {
        visit(target, {source, ordinal}, distance);
      }
      ++ordinal;
    }
  }
}

std::optional<Path> PathForest::path(ObjectId id) const {
  if (!reached(id)) {
    return std::nullopt;
  }
  Path path;
  path.target = id;
  path.steps.reserve(distance(id));
  while (parent(id).source.has_value()) {
    path.steps.push_back(parent(id));
    id = parent(id).source;
  }
  std::reverse(path.steps.begin(), path.steps.end());
  path.root = root(id);
  return path;
}

const Root& PathForest::root(ObjectId id) const {
  return heap_.roots()[parent(id).ordinal];
}

}  // namespace heapscan::analysis
