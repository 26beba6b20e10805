#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// References of one kind within a cycle: every `.parent` of a Node that refers to a Node.
struct ReferenceClass {
  std::string text;  ///< "shop.Node .parent > shop.Node".
  std::uint64_t references = 0;
  dump::Referrer example;
};

/// How the author of a program can enable reference counting to free a cycle that now only the
/// cycle collector can free: references to replace with weak ones.
struct CycleCut {
  /// Each of these alone, made weak, is enough: it is on every closed walk of the cycle. Best
  /// first: those that the language can make weak, attributes before elements, back references
  /// such as `parent` before others.
  std::vector<dump::Referrer> single;
  /// How many of them, counted from the first, refer to objects that can have weak references.
  std::size_t single_weakable = 0;
  /// If there is no single one, or it cannot be weak: kinds of references that are enough if all of
  /// them are made weak. Empty if a single one is enough, or the cycle is too large to try.
  std::vector<ReferenceClass> kinds;
  /// False if their targets cannot have weak references, like lists, dicts and tuples in Python:
  /// the program has to be fixed in another way.
  bool can_be_weak = false;
  /// What reference counting then frees, found by simulating it: the members and the tail.
  std::uint64_t freed_objects = 0;
  std::uint64_t freed_size = 0;
  /// References to the cycle from other garbage, which must be freed first.
  std::uint64_t held_by_other_garbage = 0;
};

/// How to cut a cycle. Requires: `garbage` is that of the heap, found with the same `reachable`.
/// Cost: linear in the members, the tail and their references, besides one pass over all garbage;
/// where no single reference is enough, that times the number of kinds, up to 64 kinds and a bound
/// on the work. cycle_cut.cc and cycle_graph.cc describe the algorithms.
[[nodiscard]] CycleCut cut_cycle(const dump::Heap& heap,
                                 const Garbage& garbage,
                                 const ObjectSet& reachable,
                                 CycleId id);

}  // namespace heapscan::analysis
