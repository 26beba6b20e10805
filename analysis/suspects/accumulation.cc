#include "analysis/suspects/accumulation.h"

#include <cstdint>

namespace heapscan::analysis {
namespace {

using dump::ObjectId;

/// For each object its child in the dominator tree with the largest retained size, or none.
std::vector<ObjectId> largest_children(const dump::Heap& heap, const DominatorTree& dominators) {
  std::vector<ObjectId> largest(heap.object_count());
  for (const ObjectId id : heap.objects()) {
    const ObjectId parent = dominators.dominator[id.value()];
    if (!parent.has_value()) {
      continue;
    }
    const ObjectId before = largest[parent.value()];
    if (!before.has_value() ||
        dominators.retained[id.value()] > dominators.retained[before.value()]) {
      largest[parent.value()] = id;
    }
  }
  return largest;
}

/// Whether the child retains most of what the parent does, without overflow.
bool retains_most(std::uint64_t child, std::uint64_t parent) {
  return child >= parent / 10 * 7;
}

}  // namespace

std::vector<ObjectId> accumulation_points(const dump::Heap& heap,
                                          const DominatorTree& dominators,
                                          const std::vector<ObjectId>& holders) {
  // This many of one type in a row are a chain, not layers of a structure: nested containers of one
  // type are rarely deeper.
  constexpr int kChain = 4;
  const std::vector<ObjectId> largest = largest_children(heap, dominators);
  std::vector<ObjectId> points;
  points.reserve(holders.size());
  for (const ObjectId holder : holders) {
    ObjectId at = holder;
    ObjectId run_begin = holder;
    int run = 1;
    for (ObjectId child = largest[at.value()];
         child.has_value() &&
         retains_most(dominators.retained[child.value()], dominators.retained[at.value()]);
         child = largest[at.value()]) {
      run = heap.type(child) == heap.type(run_begin) ? run + 1 : 1;
      run_begin = run == 1 ? child : run_begin;
      at = child;
      if (run == kChain) {
        at = run_begin;
        break;
      }
    }
    points.push_back(at);
  }
  return points;
}

}  // namespace heapscan::analysis
