#pragma once

#include <cstdint>
#include <vector>

#include "analysis/graph/dominators.h"
#include "analysis/graph/object_set.h"
#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The modules, the classes and the tables of their attributes: they name everything that a program
/// consists of. That such an object keeps something alive tells the author nothing.
///
/// Cost: one pass over the types of the objects.
[[nodiscard]] ObjectSet namespaces(const Heap& heap);

/// For each reachable object the one object that is responsible for it, its owner: a tree in which
/// every byte is counted once.
///
/// The owner is the immediate dominator if that is an object of the program. If there is none, or
/// it is a namespace (because two variables of one module hold the object), it is the previous
/// object on the path of a PathForest. So a list `EVENTS` in a module is the owner of the events,
/// although a running function refers to them as well.
///
/// Invariants: an object follows its owner in the order of the forest; kept(x) is the sum of the
/// shallow sizes of x and of everything below it in this tree, at least the retained size of x;
/// the kept sizes of the objects without an owner add up to the size of everything reachable.
/// owner_tree.cc describes the algorithm.
///
/// The heap, the dominators and the paths must outlive it.
class OwnerTree {
 public:
  /// Cost: one pass over the objects, and one over those that several objects hold and the owners
  /// above them; 8 bytes and 3 bits for each object.
  OwnerTree(const Heap& heap, const DominatorTree& dominators, const PathForest& paths);

  /// The owner, or none for an object that only a root holds. Requires: the object is reachable.
  [[nodiscard]] ObjectId owner(ObjectId id) const {
    return adopted_.contains(id) ? paths_.parent(id).source : dominators_.dominator[id.value()];
  }

  [[nodiscard]] std::uint64_t kept(ObjectId id) const { return kept_[id.value()]; }

  [[nodiscard]] const ObjectSet& namespaces() const { return namespaces_; }

  /// Whether the object's owner comes from its path and not from the dominator tree.
  [[nodiscard]] bool adopted(ObjectId id) const { return adopted_.contains(id); }

 private:
  void find_adopted(const Heap& heap);
  void add_what_was_adopted();

  const DominatorTree& dominators_;
  const PathForest& paths_;
  ObjectSet namespaces_;
  ObjectSet adopted_;
  std::vector<std::uint64_t> kept_;
};

}  // namespace heapscan::analysis
