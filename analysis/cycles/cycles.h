#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/object_set.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// A strongly connected component of unreachable objects (or one that refers to itself): what
/// reference counting alone can never free.
struct UnreachableCycle {
  std::vector<dump::ObjectId> members;  ///< Ascending.
  std::uint64_t size = 0;               ///< Shallow bytes of the members.
  std::uint64_t tail_objects = 0;       ///< Unreachable objects outside all cycles that only this
  std::uint64_t tail_size = 0;          ///< cycle keeps alive, and their bytes.
  bool has_finalizer = false;           ///< A member or an object of the tail has one.
  /// The types and reference names along the cycle, without addresses; the same for every cycle
  /// that is built alike.
  std::string signature;
};

/// Cycles with one signature.
struct CycleGroup {
  std::string signature;
  std::uint64_t cycles = 0;
  std::uint64_t objects = 0;  ///< Members, of all cycles of the group.
  std::uint64_t size = 0;
  std::uint64_t tail_objects = 0;
  std::uint64_t tail_size = 0;
  bool has_finalizer = false;
  std::size_t example = 0;  ///< The first cycle of the group, as a row of Garbage::cycles.
};

/// Everything unreachable. Members, tails and the rest add up to `objects` and `size`.
struct Garbage {
  std::vector<UnreachableCycle> cycles;  ///< By descending size with tail, then first member.
  std::vector<CycleGroup> groups;        ///< By descending size with tail, then signature.
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  std::uint64_t cycle_objects = 0;  ///< Members of all cycles.
  std::uint64_t cycle_size = 0;
  std::uint64_t rest_objects = 0;  ///< In no cycle and kept by none alone: held by several cycles,
  std::uint64_t rest_size = 0;     ///< or about to be freed.
  /// For each object of the heap the row in `cycles` that it is a member or in the tail of, or
  /// kNoCycle.
  std::vector<std::uint32_t> cycle_of;

  static constexpr std::uint32_t kNoCycle = 0xFFFFFFFF;
};

/// Cost: Boost's strong_components on the unreachable objects, and a pass over their references.
[[nodiscard]] Garbage find_garbage(const dump::Heap& heap, const ObjectSet& reachable);

/// The references of one shortest closed walk through the cycle's first member, in order: each
/// one's target is the next one's source, the last one's target is the first member.
[[nodiscard]] std::vector<dump::Referrer> closed_walk(const dump::Heap& heap,
                                                      const UnreachableCycle& cycle);

}  // namespace heapscan::analysis
