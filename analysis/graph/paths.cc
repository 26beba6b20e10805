// Problem: of the many paths from roots to an object, show the most informative one. A plain
// breadth-first search from all roots finds shortest paths, but a shortest path often starts at a
// list inside the interpreter, which tells the author of the program nothing.
//
// Idea: one breadth-first search from each class of roots, one class after another. What modules
// and globals reach keeps those paths; a later class only adds what no earlier one reached. Locals
// of running functions come after modules although they are often nearer: `cache = shop.CACHE` in a
// function that happens to run must not make that function the holder of the cache, or a dump could
// not be compared with one taken a moment later. The visited objects, in the order of visiting, are
// the queue.
//
// Cost: every object and every reference once, as in a single search.
#include "analysis/graph/paths.h"

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
    : heap_(heap), parent_(heap.object_count()), reached_(heap.object_count()) {
  order_.reserve(heap.object_count());
  for (unsigned searched = 0; searched < kRootClasses; ++searched) {
    const std::size_t first = order_.size();
    const std::span<const Root> roots = heap_.roots();
    for (std::uint32_t row = 0; row < roots.size(); ++row) {
      if (root_class(roots[row].kind) == searched && reached_.insert(roots[row].object)) {
        visit(roots[row].object, {ObjectId::none(), row});
      }
    }
    search_from(first, stop);
  }
}

void PathForest::visit(ObjectId id, Referrer parent) {
  parent_[id.value()] = parent;
  order_.push_back(id);
}

void PathForest::search_from(std::size_t first, const StopSignal& stop) {
  for (std::size_t next = first; next < order_.size(); ++next) {
    stop.check_sometimes(next);
    prefetch(next);
    const ObjectId source = order_[next];
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap_.targets(source)) {
      if (reached_.insert(target)) {
        visit(target, {source, ordinal});
      }
      ++ordinal;
    }
  }
}

/// The queue determines whose references come next: first the rows where they begin are prefetched,
/// then the references.
void PathForest::prefetch(std::size_t next) const {
  constexpr std::size_t kBegins = 16;
  constexpr std::size_t kTargets = 8;
  const dump::HeapColumns& columns = heap_.columns();
  if (next + kBegins < order_.size()) {
    __builtin_prefetch(&columns.reference_begin[order_[next + kBegins].value()]);
    const std::uint64_t begin = columns.reference_begin[order_[next + kTargets].value()];
    __builtin_prefetch(columns.target.span().data() + begin);
  }
}

std::uint32_t PathForest::distance(ObjectId id) const {
  std::uint32_t steps = 0;
  for (ObjectId above = parent(id).source; above.has_value(); above = parent(above).source) {
    ++steps;
  }
  return steps;
}

std::vector<std::uint32_t> PathForest::distances() const {
  std::vector<std::uint32_t> distances(heap_.object_count(), kUnreached);
  for (const ObjectId id : order_) {
    const ObjectId above = parent(id).source;
    distances[id.value()] = above.has_value() ? distances[above.value()] + 1 : 0;
  }
  return distances;
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
