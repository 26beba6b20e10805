#include "analysis/graph/numbered_search.h"

#include <algorithm>
#include <span>

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using State = ObjectStates::State;

/// Marks the objects that roots hold, and the leaves that have one referrer.
ObjectStates mark_roots_and_leaves(const Heap& heap) {
  ObjectStates states(heap.object_count());
  for (const dump::Root& root : heap.roots()) {
    states.set(root.object, State::kRoot);
  }
  for (const ObjectId target : heap.columns().target) {
    states.count_referrer(target);
  }
  for (const ObjectId id : heap.objects()) {
    if (states[id] != State::kRoot) {
      const bool leaf = states.has_one_referrer(id) && heap.out_degree(id) == 0;
      states.set(id, leaf ? State::kLeaf : State::kUnmet);
    }
  }
  return states;
}

class Searcher {
 public:
  Searcher(const Heap& heap, const StopSignal& stop, NumberedSearch& found)
      : heap_(heap),
        stop_(stop),
        begin_of_object_(heap.columns().reference_begin.span()),
        target_of_reference_(heap.columns().target.span()),
        found_(found) {}

  void run() {
    number(ObjectId::none(), 0);
    for (const dump::Root& root : heap_.roots()) {
      // One object may have several roots.
      if (slot(root.object) == ObjectId::none().value()) {
        search_from(root.object);
      }
    }
  }

 private:
  /// A reference that was seen from its source, but not followed yet.
  struct Pending {
    ObjectId target;
    DfsNumber source = 0;
  };

  [[nodiscard]] std::uint32_t& slot(ObjectId id) {
    return found_.number_or_dominator_of_object[id.value()];
  }

  DfsNumber number(ObjectId id, DfsNumber parent) {
    const auto next = static_cast<DfsNumber>(found_.object_of_dfs.size());
    found_.object_of_dfs.push_back(id);
    found_.parent_of_dfs.push_back(parent);
    found_.first_holder_of_dfs.push_back(parent);
    return next;
  }

  void search_from(ObjectId root) {
    visit(root, 0);
    while (!pending_.empty()) {
      const Pending pending = pending_.back();
      pending_.pop_back();
      prefetch_next();
      if (found_.state_of_object[pending.target] == State::kNumbered) {
        // The target was found after its source: the source is one of its ancestors.
        DfsNumber& first_holder = found_.first_holder_of_dfs[slot(pending.target)];
        first_holder = std::min(first_holder, pending.source);
      } else {
        found_.state_of_object.set(pending.target, State::kNumbered);
        visit(pending.target, pending.source);
      }
    }
  }

  /// Prefetches the references of the object that is most likely visited next while those of the
  /// current one are looked at. The row where they begin was prefetched when the object was pushed.
  void prefetch_next() const {
    if (!pending_.empty()) {
      __builtin_prefetch(target_of_reference_.data() +
                         begin_of_object_[pending_.back().target.value()]);
    }
  }

  void visit(ObjectId id, DfsNumber parent) {
    const DfsNumber source = number(id, parent);
    stop_.check_sometimes(source);
    slot(id) = source;
    for (const ObjectId target : heap_.targets(id)) {
      const State state = found_.state_of_object[target];
      if (state == State::kUnmet) {
        __builtin_prefetch(&begin_of_object_[target.value()]);
        pending_.push_back({target, source});
      } else if (state == State::kLeaf) {
        slot(target) = id.value();
      } else if (state == State::kNumbered && target != id) {
        found_.crossings.add({source, slot(target)});
      }
    }
  }

  const Heap& heap_;
  const StopSignal& stop_;
  std::span<const std::uint64_t> begin_of_object_;
  std::span<const ObjectId> target_of_reference_;
  NumberedSearch& found_;
  std::vector<Pending> pending_;
};

}  // namespace

NumberedSearch search_from_roots(const Heap& heap, const StopSignal& stop) {
  NumberedSearch found = {.state_of_object = mark_roots_and_leaves(heap),
                          .number_or_dominator_of_object = {},
                          .object_of_dfs = {},
                          .parent_of_dfs = {},
                          .first_holder_of_dfs = {},
                          .crossings = {}};
  stop.check();
  std::size_t numbered = 1;
  for (const ObjectId id : heap.objects()) {
    numbered += found.state_of_object[id] == State::kLeaf ? 0U : 1U;
  }
  found.number_or_dominator_of_object.assign(heap.object_count(), ObjectId::none().value());
  // Exact unless there is garbage: a growing vector would take twice the memory.
  found.object_of_dfs.reserve(numbered);
  found.parent_of_dfs.reserve(numbered);
  found.first_holder_of_dfs.reserve(numbered);
  Searcher(heap, stop, found).run();
  return found;
}

}  // namespace heapscan::analysis
