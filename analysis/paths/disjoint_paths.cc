// Problem: an object is held in several ways, and all of them must be cut to free it. What are
// they? Paths that share a reference are cut together; so find as many as possible that share none.
//
// Idea: a maximum flow in which every reference and every root carries one path (Ford and Fulkerson
// 1956, with breadth-first searches as Edmonds and Karp 1972). A search may follow references that
// no path uses, and go back along those that one uses, which reroutes that path: where the obvious
// first path blocks two others, this disentangles the three. When a search finds nothing there are
// no more paths (Menger 1927), and as many references hold the object as there are paths.
//
// Two variables of one module are two ways, although both go through the table of its variables. So
// the references to tables of attributes, and the roots that are names of modules, may carry any
// number of paths, except to the object itself.
//
// Only few references are in use: they are kept in a table next to the heap, which is not copied.
//
// Cost: one search for each path. Each stops at the object.
#include "analysis/paths/disjoint_paths.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>

#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::RootKind;

/// The references and roots that carry a path, by their targets and sources.
class Flow {
 public:
  Flow(const Heap& heap, ObjectId target) : heap_(heap), target_(target) {}

  /// The references of the object that carry a path, by ordinal.
  [[nodiscard]] std::span<const std::uint32_t> from(ObjectId id) const {
    const auto found = from_.find(id);
    return found == from_.end() ? std::span<const std::uint32_t>() : std::span(found->second);
  }

  [[nodiscard]] bool root_is_full(std::uint32_t row) const {
    const Root& root = heap_.roots()[row];
    const bool name = root.kind == RootKind::kModule && root.object != target_;
    return !name && std::find(roots_.begin(), roots_.end(), row) != roots_.end();
  }

  /// Whether a reference cannot carry another path. `carrying`: from() of its source.
  [[nodiscard]] bool is_full(std::span<const std::uint32_t> carrying, Referrer reference) const {
    if (std::find(carrying.begin(), carrying.end(), reference.ordinal) == carrying.end()) {
      return false;
    }
    const dump::Reference step = heap_.reference(reference);
    return step.target == target_ || !is_attribute_table(heap_, step);
  }

  /// The references to the object that carry a path.
  [[nodiscard]] std::span<const Referrer> into(ObjectId id) const {
    const auto found = into_.find(id);
    return found == into_.end() ? std::span<const Referrer>() : std::span(found->second);
  }

  void add(Referrer reference) {
    from_[reference.source].push_back(reference.ordinal);
    into_[heap_.reference(reference).target].push_back(reference);
  }

  void remove(Referrer reference) {
    erase_one(from_[reference.source], reference.ordinal);
    erase_one(into_[heap_.reference(reference).target], reference);
  }

  void add_root(std::uint32_t row) { roots_.push_back(row); }

  /// The flow as paths. Uses it up.
  [[nodiscard]] std::vector<Path> paths() {
    std::vector<Path> paths;
    std::sort(roots_.begin(), roots_.end());
    for (const std::uint32_t row : roots_) {
      paths.push_back(path_from(row));
    }
    std::stable_sort(paths.begin(), paths.end(), is_before);
    return paths;
  }

 private:
  /// Follows the flow; a loop in it is cut out.
  Path path_from(std::uint32_t row) {
    Path path;
    path.root = heap_.roots()[row];
    path.target = target_;
    std::unordered_map<ObjectId, std::size_t> steps_to = {{path.root.object, 0}};
    for (ObjectId at = path.root.object; at != target_;) {
      const Referrer step = {at, from_[at].back()};
      remove(step);
      path.steps.push_back(step);
      at = heap_.reference(step).target;
      const auto [known, added] = steps_to.try_emplace(at, path.steps.size());
      while (!added && path.steps.size() > known->second) {
        const ObjectId left = heap_.reference(path.steps.back()).target;
        path.steps.pop_back();
        if (left != at) {
          steps_to.erase(left);
        }
      }
    }
    return path;
  }

  static bool is_before(const Path& a, const Path& b) {
    if (a.steps.size() != b.steps.size()) {
      return a.steps.size() < b.steps.size();
    }
    return std::lexicographical_compare(a.steps.begin(), a.steps.end(), b.steps.begin(),
                                        b.steps.end(), [](Referrer step_a, Referrer step_b) {
                                          return std::pair(step_a.source, step_a.ordinal) <
                                                 std::pair(step_b.source, step_b.ordinal);
                                        });
  }

  /// A reference that carries several paths is listed as many times.
  template <class T>
  static void erase_one(std::vector<T>& from, T value) {
    from.erase(std::find(from.begin(), from.end(), value));
  }

  const Heap& heap_;
  const ObjectId target_;
  std::unordered_map<ObjectId, std::vector<std::uint32_t>> from_;  // Ordinals by source.
  std::unordered_map<ObjectId, std::vector<Referrer>> into_;       // By target.
  std::vector<std::uint32_t> roots_;                               // Rows.
};

/// One search for another path that the flow leaves room for.
class Augmentation {
 public:
  Augmentation(const Heap& heap, const Flow& flow)
      : heap_(heap),
        flow_(flow),
        reached_by_(heap.object_count()),
        how_(heap.object_count(), How::kNot) {}

  /// True if there is one, which apply() then adds to the flow.
  bool find(ObjectId target) {
    const std::span<const Root> roots = heap_.roots();
    for (unsigned searched = 0; searched < kRootClasses; ++searched) {
      for (std::uint32_t row = 0; row < roots.size(); ++row) {
        if (root_class(roots[row].kind) == searched && !flow_.root_is_full(row)) {
          reach(roots[row].object, {ObjectId::none(), row}, How::kByRoot);
        }
      }
      if (search_for(target)) {
        return true;
      }
    }
    return false;
  }

  void apply(ObjectId target, Flow& flow) const {
    for (ObjectId at = target;;) {
      const Referrer step = reached_by_[at.value()];
      switch (how_[at.value()]) {
        case How::kForwards:
          flow.add(step);
          at = step.source;
          break;
        case How::kBackwards:
          flow.remove(step);
          at = heap_.reference(step).target;
          break;
        case How::kByRoot:
        case How::kNot:
          flow.add_root(step.ordinal);
          return;
      }
    }
  }

 private:
  enum class How : std::uint8_t { kNot, kByRoot, kForwards, kBackwards };

  void reach(ObjectId id, Referrer step, How how) {
    if (how_[id.value()] == How::kNot) {
      how_[id.value()] = how;
      reached_by_[id.value()] = step;
      queue_.push_back(id);
    }
  }

  bool search_for(ObjectId target) {
    for (; next_ < queue_.size() && how_[target.value()] == How::kNot; ++next_) {
      const ObjectId source = queue_[next_];
      const std::span<const std::uint32_t> carrying_out = flow_.from(source);
      std::uint32_t ordinal = 0;
      for (const ObjectId to : heap_.targets(source)) {
        if (how_[to.value()] == How::kNot && !flow_.is_full(carrying_out, {source, ordinal})) {
          reach(to, {source, ordinal}, How::kForwards);
        }
        ++ordinal;
      }
      for (const Referrer carrying : flow_.into(source)) {
        reach(carrying.source, carrying, How::kBackwards);
      }
    }
    return how_[target.value()] != How::kNot;
  }

  const Heap& heap_;
  const Flow& flow_;
  std::vector<Referrer> reached_by_;
  std::vector<How> how_;
  std::vector<ObjectId> queue_;
  std::size_t next_ = 0;
};

}  // namespace

DisjointPaths disjoint_paths(const Heap& heap,
                             const PathForest& forest,
                             ObjectId target,
                             std::size_t limit) {
  DisjointPaths result;
  if (!forest.reached(target)) {
    result.all = true;
    return result;
  }
  Flow flow(heap, target);
  ObjectId at = target;
  for (; forest.parent(at).source.has_value(); at = forest.parent(at).source) {
    flow.add(forest.parent(at));
  }
  flow.add_root(forest.parent(at).ordinal);
  for (std::size_t found = 1; found < limit + 1; ++found) {
    Augmentation search(heap, flow);
    if (!search.find(target)) {
      result.all = true;
      break;
    }
    if (found == limit) {
      break;
    }
    search.apply(target, flow);
  }
  result.paths = flow.paths();
  return result;
}

}  // namespace heapscan::analysis
