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

/// A way from a root to an object: the root, then one reference after another. Each step's source
/// is the target of the step before, the first one's is the root's object; no steps when the object
/// is the root's own.
struct Path {
  Root root;
  std::vector<Referrer> steps;
  ObjectId target;
};

/// Roots in classes, those first that say most to the author of a program: modules and globals,
/// locals of running functions, threads and the interpreter, the runtime's own types, native roots.
inline constexpr unsigned kRootClasses = 5;

[[nodiscard]] unsigned root_class(dump::RootKind kind);

/// For each object a shortest path from a root, as a forest.
///
/// Invariants: an object stands in order() behind its parent, and is one reference farther from the
/// root than it.
///
/// Roots that say something to the author of a program come first: everything that modules and
/// globals reach is reached from them, even where another root is nearer; then locals of running
/// functions, then threads and the interpreter, then the runtime's own types, then native roots.
/// Equal lengths: the first in order of roots and references. Deterministic.
class PathForest {
 public:
  /// Cost: one breadth-first search; 12 bytes and a bit for each object. Throws Stopped.
  explicit PathForest(const Heap& heap, const StopSignal& stop = kNeverStopped);

  /// False for unreachable objects.
  [[nodiscard]] bool reached(ObjectId id) const { return reached_.contains(id); }

  /// The number of references on the path; 0 for an object that is a root's own.
  /// Requires: reached(id). Cost: that number; distances() is for many objects.
  [[nodiscard]] std::uint32_t distance(ObjectId id) const;

  static constexpr std::uint32_t kUnreached = 0xFFFFFFFF;

  /// For each object its distance, or kUnreached. Cost: one pass over order().
  [[nodiscard]] std::vector<std::uint32_t> distances() const;

  /// The reference by which the path comes to the object; source none for a root's own object.
  /// Requires: reached(id).
  [[nodiscard]] Referrer parent(ObjectId id) const { return parent_[id.value()]; }

  /// The path, or nothing for an unreachable object. Cost: its length.
  [[nodiscard]] std::optional<Path> path(ObjectId id) const;

  /// All reached objects, nearest first within each class of roots.
  [[nodiscard]] const std::vector<ObjectId>& order() const { return order_; }

  /// The root that the path to the object starts from. Requires: `id` is a root's own object, as
  /// parent(id).source == none says.
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
