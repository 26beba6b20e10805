#include "dump/native_roots.h"

#include <utility>

namespace heapscan::dump {
namespace {

/// Reference counts minus what is known to hold them; `conservative` says whether references found
/// by scanning are treated as counted.
std::vector<std::int64_t> unexplained_counts(const Heap& heap, bool conservative) {
  // First count how often each object is held, even if it is not counted: so the passes over
  // references access one array at random, not three.
  std::vector<std::int64_t> counts(heap.object_count());
  const HeapColumns& columns = heap.columns();
  for (std::size_t row = 0; row < columns.target.size(); ++row) {
    if (conservative || columns.kind[row] != ReferenceKind::kConservative) {
      --counts[columns.target[row].value()];
    }
  }
  for (const Root& root : heap.roots()) {
    counts[root.object.value()] -= root.counted ? 1 : 0;
  }
  for (const ObjectId id : heap.objects()) {
    const bool counted =
        heap.refcount(id) != kImmortal && !heap.flags(id).has(ObjectFlags::kSynthetic);
    std::int64_t& count = counts[id.value()];
    count = counted ? count + heap.refcount(id) : 0;
  }
  return counts;
}

class Marker {
 public:
  explicit Marker(const Heap& heap) : heap_(heap), marked_(heap.object_count()) {}

  void mark_from(ObjectId start) {
    if (marked_[start.value()]) {
      return;
    }
    marked_[start.value()] = true;
    pending_.push_back(start);
    while (!pending_.empty()) {
      const ObjectId id = pending_.back();
      pending_.pop_back();
      for (const ObjectId target : heap_.targets(id)) {
        if (!marked_[target.value()]) {
          marked_[target.value()] = true;
          pending_.push_back(target);
        }
      }
    }
  }

  [[nodiscard]] bool marked(ObjectId id) const { return marked_[id.value()]; }

 private:
  const Heap& heap_;
  std::vector<bool> marked_;
  std::vector<ObjectId> pending_;
};

}  // namespace

std::vector<std::int64_t> surplus_counts(const Heap& heap) {
  return unexplained_counts(heap, true);
}

Heap with_native_roots(Heap heap, std::span<const Root> possible) {
  std::vector<Root> roots(heap.roots().begin(), heap.roots().end());
  Marker marker(heap);
  for (const Root& root : roots) {
    marker.mark_from(root.object);
  }
  std::vector<std::int64_t> surplus = unexplained_counts(heap, true);
  std::vector<std::int64_t> not_surely_explained = unexplained_counts(heap, false);
  for (Root root : possible) {
    if (surplus[root.object.value()] > 0) {
      --surplus[root.object.value()];
      --not_surely_explained[root.object.value()];
      root.counted = true;
      roots.push_back(root);
      marker.mark_from(root.object);
    }
  }
  const auto root_those_above_zero = [&](const std::vector<std::int64_t>& counts, bool all) {
    std::vector<ObjectId> found;
    for (const ObjectId id : heap.objects()) {
      if (counts[id.value()] > 0 && (all || !marker.marked(id))) {
        found.push_back(id);
      }
    }
    for (const ObjectId id : found) {
      roots.push_back({id, StringId::none(), RootKind::kNative, false, 0});
      marker.mark_from(id);
    }
  };
  root_those_above_zero(surplus, true);
  root_those_above_zero(not_surely_explained, false);

  HeapColumns columns = heap.columns();
  columns.root = Column<Root>(std::move(roots));
  return Heap(std::move(columns));
}

}  // namespace heapscan::dump
