#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/object_set.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// A row of Garbage::cycles.
using CycleId = dump::Index<struct CycleTag>;

/// A strongly connected component of unreachable objects, or one object that refers to itself: what
/// reference counting alone can never free.
struct UnreachableCycle {
  std::vector<dump::ObjectId> members;  ///< Ascending.
  std::uint64_t size = 0;               ///< Shallow bytes of the members.
  std::uint64_t tail_objects = 0;       ///< Unreachable objects outside all cycles that only this
  std::uint64_t tail_size = 0;          ///< cycle keeps alive, and their bytes.
  bool has_finalizer = false;           ///< A member or an object of the tail has one.
  /// The types and reference names along the cycle, without addresses; the same for all cycles of
  /// the same structure.
  std::string signature;
};

/// All cycles with one signature.
struct CycleGroup {
  std::string signature;
  std::uint64_t cycles = 0;
  std::uint64_t objects = 0;  ///< Members, of all cycles of the group.
  std::uint64_t size = 0;
  std::uint64_t tail_objects = 0;
  std::uint64_t tail_size = 0;
  bool has_finalizer = false;
  CycleId example;  ///< The first cycle of the group.
};

/// Everything unreachable. Members, tails and the rest add up to `objects` and `size`.
struct Garbage {
  std::vector<UnreachableCycle> cycles;  ///< By descending size with tail, then first member.
  std::vector<CycleGroup> groups;        ///< By descending size with tail, then signature.
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  std::uint64_t cycle_objects = 0;  ///< Members of all cycles.
  std::uint64_t cycle_size = 0;
  std::uint64_t rest_objects = 0;  ///< In no cycle, and kept alive by no single one: held by
  std::uint64_t rest_size = 0;     ///< several cycles, or about to be freed.
  /// For each object of the heap the cycle that it is a member of or in the tail of, or none.
  std::vector<CycleId> cycle_of;

  [[nodiscard]] const UnreachableCycle& cycle(CycleId id) const { return cycles[id.value()]; }
};

/// The unreachable part of the heap, by strongly connected components (Tarjan 1972).
/// Cost: Boost's strong_components on the unreachable objects, and two passes over their
/// references; 4 bytes for each object of the heap.
[[nodiscard]] Garbage find_garbage(const dump::Heap& heap, const ObjectSet& reachable);

/// The references of one shortest closed walk through the cycle's first member, in order: the
/// target of each is the source of the next, and the target of the last is the first member.
/// Cost: a breadth-first search of the members.
[[nodiscard]] std::vector<dump::Referrer> closed_walk(const dump::Heap& heap,
                                                      const UnreachableCycle& cycle);

}  // namespace heapscan::analysis
