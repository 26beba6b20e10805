#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/graph/object_set.h"
#include "analysis/graph/stop.h"
#include "dump/heap.h"

namespace heapscan::analysis {

using dump::Heap;
using dump::ObjectId;
using dump::Referrer;
using dump::Root;

/// A path from a root to an object: the root, then one reference after another. The source of each
/// step is the target of the previous one, that of the first is the root's object. There are no
/// steps if the object is the root's own.
struct Path {
  Root root;
  std::vector<Referrer> steps;
  ObjectId target;
};

/// Roots in classes, ordered by how much they tell the author of a program: modules and globals,
/// locals of running functions, threads and the interpreter, the runtime's own types, native roots.
inline constexpr unsigned kRootClasses = 5;

[[nodiscard]] unsigned root_class(dump::RootKind kind);

/// For each object a shortest path from a root, as a forest.
///
/// Invariants: an object follows its parent in order(), and is one reference farther from the root.
///
/// Roots that mean something to the author of a program come first: everything that modules and
/// globals reach has a path from them, even if another root is nearer; then locals of running
/// functions, then threads and the interpreter, then the runtime's own types, then native roots. Of
/// equal lengths, the first in order of roots and references. Deterministic. Immutable: safe to
/// share between threads.
class PathForest {
 public:
  /// Cost: one breadth-first search; 12 bytes and a bit for each object. Throws Stopped.
  explicit PathForest(const Heap& heap, const StopSignal& stop = kNeverStopped);

  /// False for unreachable objects.
  [[nodiscard]] bool reached(ObjectId id) const { return reached_.contains(id); }

  /// The number of references on the path; 0 for a root's own object.
  /// Requires: reached(id). Cost: that number; for many objects use distances().
  [[nodiscard]] std::uint32_t distance(ObjectId id) const;

  static constexpr std::uint32_t kUnreached = 0xFFFFFFFF;

  /// For each object its distance, or kUnreached. Cost: one pass over order().
  [[nodiscard]] std::vector<std::uint32_t> distances() const;

  /// The last reference of the path to the object; its source is none for a root's own object.
  /// Requires: reached(id).
  [[nodiscard]] Referrer parent(ObjectId id) const { return parent_[id.value()]; }

  /// The path, or nothing for an unreachable object. Cost: its length.
  [[nodiscard]] std::optional<Path> path(ObjectId id) const;

  /// All reached objects, nearest first within each class of roots.
  [[nodiscard]] const std::vector<ObjectId>& order() const { return order_; }

  /// The root where the path starts. Requires: `id` is a root's own object: the source of
  /// parent(id) is none.
  [[nodiscard]] const Root& root(ObjectId id) const;

 private:
  void visit(ObjectId id, Referrer parent);

  /// Visits all that the objects from order()[first] on reach.
  void search_from(std::size_t first, const StopSignal& stop);
  void prefetch(std::size_t next) const;

  Heap heap_;                     // Shares its columns.
  std::vector<Referrer> parent_;  // For a root's own object: {none, row of the root}.
  ObjectSet reached_;
  std::vector<ObjectId> order_;
};

}  // namespace heapscan::analysis
