// The dominator tree of a heap.
//
// Problem. For each object, what is the closest object that must be freed to free it as well? The
// roots hold A; A holds B and C, both hold D; only C holds E:
//
//     root -> A -> B -> D        dominators:  A: none
//             A -> C -> D                     B: A   C: A   D: A
//                  C -> E                     E: C
//
// Freeing B or C does not free D, only freeing A does: A dominates B, C, D and, through C, E. Each
// object has one closest dominator, so the relation is a tree, and the bytes that are freed with an
// object (its retained size) are the sum over its subtree.
//
// Idea (Semi-NCA). Number the objects in the order of a depth-first search. The semidominator of an
// object is the smallest number from which a path leads to it only through larger numbers: the
// point where a detour around the search's own path to the object may begin. In the example, with
// numbers A=1, B=2, D=3, C=4, E=5, the detour A, C, D makes 1 the semidominator of D, though its
// parent is 2. Semidominators are found in one pass from the largest number to the smallest, over a
// forest whose paths are compressed as they are walked. The dominator of an object then is the
// nearest common ancestor, in the dominator tree built so far, of its parent and its semidominator:
// the first object on the way up from the parent whose number is not above the semidominator.
//
// What makes heaps fast:
//  - about half of all objects are leaves with one referrer; their dominator is known without any
//    work, so they are not numbered;
//  - an object held by a root, or whose semidominator is found to be the virtual root, is done;
//    references to the former (types, None, small integers) are not even collected;
//  - references that the search itself follows, or that lead from an ancestor, need no forest: only
//    backward and cross references, a third of all, are sorted by target and walked;
//  - ancestor and label of a forest node are in one 8-byte row, one cache miss instead of two.
//
// Cost. Compression without balancing is O(m log n) at worst and linear in practice. Walking up the
// tree step by step, as Semi-NCA is usually written, is quadratic on quite ordinary heaps: a linked
// list of n nodes, each with an item to which a dict next to the list refers as well. Jump
// pointers (Myers 1983) make it O(log n) for each object. Nothing recurses: stacks are arrays, and
// a linked list of a million nodes is as harmless as a star.
//
// Why not Boost: boost::lengauer_tarjan_dominator_tree in 1.74 recurses along paths, so that a ring
// of 300,000 objects overflows an 8 MiB stack, and it takes about 700 bytes for each object. It
// serves as an oracle in the tests.
//
// Papers: L. Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", Princeton
// 2005 (Semi-NCA); T. Lengauer and R. E. Tarjan, "A Fast Algorithm for Finding Dominators in a
// Flowgraph", TOPLAS 1979 (semidominators); E. W. Myers, "An Applicative Random-Access Stack", IPL
// 1983 (jump pointers).

#include "analysis/graph/dominators.h"

#include <algorithm>
#include <utility>

#include "analysis/graph/numbered_search.h"

namespace heapscan::analysis {
namespace {

using State = ObjectStates::State;

/// Frees the storage of a vector; clear() would keep it.
template <class T>
void release(std::vector<T>& rows) {
  std::vector<T>().swap(rows);
}

/// The sources of crossings by their target: those of target t are rows [begin[t], begin[t + 1]).
struct CrossingsByTarget {
  std::vector<std::uint64_t> begin;
  std::vector<DfsNumber> source;

  /// Consumes the crossings: each block is freed as soon as it is sorted in.
  CrossingsByTarget(Crossings& crossings, std::size_t numbers)
      : begin(numbers + 1), source(crossings.size()) {
    for (const auto& block : crossings.blocks()) {
      for (const auto& crossing : block) {
        ++begin[crossing.target];
      }
    }
    // begin[t] is set to the end of t's rows and counted down to their beginning.
    std::uint64_t end = 0;
    for (std::uint64_t& row : begin) {
      end += row;
      row = end;
    }
    for (auto& block : crossings.blocks()) {
      for (const auto& crossing : block) {
        source[--begin[crossing.target]] = crossing.source;
      }
      release(block);
    }
  }
};

/// The part of the spanning tree whose semidominators are known: numbers above the current one.
/// Finds the smallest semidominator on the way up from a number, and shortens the way.
class SemidominatorForest {
 public:
  explicit SemidominatorForest(const std::vector<DfsNumber>& parent_of_dfs) {
    links_of_dfs_.reserve(parent_of_dfs.size());
    for (const DfsNumber parent : parent_of_dfs) {
      links_of_dfs_.push_back({parent, 0});
    }
  }

  void set(DfsNumber number, DfsNumber semidominator) {
    links_of_dfs_[number].smallest = semidominator;
  }

  /// The smallest semidominator of `number` and its ancestors down to `current` + 1.
  ///
  /// Every other object on the way is linked to its grandparent (path halving), which needs no
  /// stack and shortens paths as well as linking all of them to the last.
  DfsNumber smallest_above(DfsNumber current, DfsNumber number) {
    DfsNumber smallest = links_of_dfs_[number].smallest;
    while (links_of_dfs_[number].ancestor > current && smallest != 0) {
      Link& link = links_of_dfs_[number];
      const Link above = links_of_dfs_[link.ancestor];
      smallest = std::min(smallest, above.smallest);
      if (above.ancestor <= current) {
        break;
      }
      link = {above.ancestor, std::min(link.smallest, above.smallest)};
      number = above.ancestor;
      smallest = std::min(smallest, links_of_dfs_[number].smallest);
    }
    return smallest;
  }

 private:
  struct Link {
    DfsNumber ancestor = 0;  ///< The parent, or an object above it after shortening.
    DfsNumber smallest = 0;  ///< The smallest semidominator from here to below `ancestor`.
  };

  std::vector<Link> links_of_dfs_;
};

/// Turns first_holder_of_dfs into the semidominators.
std::vector<DfsNumber> semidominators(NumberedSearch& search, const StopSignal& stop) {
  const CrossingsByTarget crossings(search.crossings, search.object_of_dfs.size());
  std::vector<DfsNumber> semidominator_of_dfs = std::move(search.first_holder_of_dfs);
  SemidominatorForest forest(search.parent_of_dfs);
  for (auto current = static_cast<DfsNumber>(semidominator_of_dfs.size() - 1); current > 0;
       --current) {
    stop.check_sometimes(current);
    DfsNumber smallest = semidominator_of_dfs[current];
    const std::uint64_t end = crossings.begin[current + std::size_t{1}];
    for (std::uint64_t row = crossings.begin[current]; row < end && smallest != 0; ++row) {
      smallest = std::min(smallest, forest.smallest_above(current, crossings.source[row]));
    }
    semidominator_of_dfs[current] = smallest;
    forest.set(current, smallest);
  }
  return semidominator_of_dfs;
}

/// The dominator tree as it grows downwards, with a shortcut from each number to one far above:
/// after two jumps of equal length comes one that spans both, as in a skew binary number.
class JumpTree {
 public:
  explicit JumpTree(std::size_t numbers) : jumps_of_dfs_(numbers) {}

  void add(DfsNumber number, DfsNumber dominator) {
    const Jump above = jumps_of_dfs_[dominator];
    const Jump twice_above = jumps_of_dfs_[above.target];
    const bool equal_lengths = above.depth - twice_above.depth ==
                               twice_above.depth - jumps_of_dfs_[twice_above.target].depth;
    jumps_of_dfs_[number] = {equal_lengths ? twice_above.target : dominator, above.depth + 1};
  }

  /// The closest of `number` and its dominators that is not above `limit`.
  [[nodiscard]] DfsNumber climb(DfsNumber number,
                                DfsNumber limit,
                                const std::vector<DfsNumber>& dominator_of_dfs) const {
    while (number > limit) {
      const DfsNumber far = jumps_of_dfs_[number].target;
      number = far > limit ? far : dominator_of_dfs[number];
    }
    return number;
  }

 private:
  struct Jump {
    DfsNumber target = 0;
    std::uint32_t depth = 0;
  };

  std::vector<Jump> jumps_of_dfs_;
};

/// Consumes the parents.
std::vector<DfsNumber> dominators_by_number(NumberedSearch& search, const StopSignal& stop) {
  const std::vector<DfsNumber> semidominator_of_dfs = semidominators(search, stop);
  std::vector<DfsNumber> dominator_of_dfs = std::move(search.parent_of_dfs);
  JumpTree tree(dominator_of_dfs.size());
  for (DfsNumber number = 1; number < dominator_of_dfs.size(); ++number) {
    stop.check_sometimes(number);
    const DfsNumber parent = dominator_of_dfs[number];
    const DfsNumber semidominator = semidominator_of_dfs[number];
    const DfsNumber dominator =
        semidominator == 0 ? 0 : tree.climb(parent, semidominator, dominator_of_dfs);
    dominator_of_dfs[number] = dominator;
    tree.add(number, dominator);
  }
  return dominator_of_dfs;
}

/// Enters what is known about every reachable object; leaves are finished, and their sizes added to
/// their dominators.
void enter_objects(const Heap& heap, const NumberedSearch& search, DominatorTree& tree) {
  for (const ObjectId id : heap.objects()) {
    const std::uint32_t slot = search.number_or_dominator_of_object[id.value()];
    if (slot == ObjectId::none().value()) {
      continue;
    }
    tree.reachable.insert(id);
    ++tree.reachable_count;
    tree.reachable_size += heap.size(id);
    tree.retained[id.value()] += heap.size(id);
    if (search.state_of_object[id] == State::kLeaf) {
      tree.dominator[id.value()] = ObjectId(slot);
      tree.retained[slot] += heap.size(id);
    }
  }
}

/// Enters the dominators of numbered objects and adds up what they retain. A dominator has a
/// smaller number than what it dominates, so in descending order every sum is complete when it is
/// used.
void enter_numbered(const std::vector<ObjectId>& object_of_dfs,
                    const std::vector<DfsNumber>& dominator_of_dfs,
                    DominatorTree& tree) {
  constexpr std::size_t kAhead = 16;
  for (std::size_t number = object_of_dfs.size() - 1; number > 0; --number) {
    if (number > kAhead) {
      const std::uint32_t coming = object_of_dfs[number - kAhead].value();
      __builtin_prefetch(&tree.retained[coming]);
      __builtin_prefetch(&tree.dominator[coming], 1);
    }
    const ObjectId id = object_of_dfs[number];
    const ObjectId dominator = object_of_dfs[dominator_of_dfs[number]];
    if (dominator.has_value()) {
      tree.dominator[id.value()] = dominator;
      tree.retained[dominator.value()] += tree.retained[id.value()];
    } else {
      ++tree.top_count;
    }
  }
}

}  // namespace

DominatorTree dominator_tree(const Heap& heap, const StopSignal& stop) {
  NumberedSearch search = search_from_roots(heap, stop);
  const std::vector<DfsNumber> dominator_of_dfs = dominators_by_number(search, stop);
  stop.check();
  DominatorTree tree;
  tree.reachable = ObjectSet(heap.object_count());
  tree.dominator.resize(heap.object_count());
  tree.retained.resize(heap.object_count());
  enter_objects(heap, search, tree);
  enter_numbered(search.object_of_dfs, dominator_of_dfs, tree);
  return tree;
}

std::vector<ObjectId> DominatorTree::top(std::size_t limit) const {
  const auto is_before = [this](ObjectId a, ObjectId b) {
    const std::uint64_t size_a = retained[a.value()];
    const std::uint64_t size_b = retained[b.value()];
    return size_a != size_b ? size_a > size_b : a < b;
  };
  const std::size_t count = limit == 0 ? top_count : std::min<std::size_t>(limit, top_count);
  std::vector<ObjectId> found;  // A heap with the last of them in front.
  found.reserve(count);
  for (std::uint32_t row = 0; row < dominator.size(); ++row) {
    const ObjectId id(row);
    if (dominator[row].has_value() || !reachable.contains(id)) {
      continue;
    }
    if (found.size() == count) {
      if (!is_before(id, found.front())) {
        continue;
      }
      std::pop_heap(found.begin(), found.end(), is_before);
      found.pop_back();
    }
    found.push_back(id);
    std::push_heap(found.begin(), found.end(), is_before);
  }
  std::sort_heap(found.begin(), found.end(), is_before);
  return found;
}

}  // namespace heapscan::analysis
