#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// References of one kind within a cycle: all `.parent` of Nodes that lead to Nodes.
struct ReferenceClass {
  std::string text;  ///< "shop.Node .parent > shop.Node".
  std::uint64_t references = 0;
  dump::Referrer example;
};

/// How the author of a program lets reference counts free what now only the cycle collector can:
/// references to replace by weak ones.
struct CycleCut {
  /// Each of these alone, made weak, is enough: it is on every closed walk of the cycle. Best
  /// first: those that Python can make weak, attributes before elements, those named like a way
  /// back.
  std::vector<dump::Referrer> single;
  /// So many of them, the first ones, lead to objects that Python can refer to weakly.
  std::size_t single_weakable = 0;
  /// Where no single one is, or Python cannot make it weak: kinds of references all of which, made
  /// weak, are enough. Empty when a single one will do, or when the cycle is too large to try.
  std::vector<ReferenceClass> kinds;
  /// False when Python has no weak references to what these lead to: lists, dicts, tuples. The
  /// program must be mended in another way.
  bool can_be_weak = false;
  /// What reference counts then free, found by counting: the members and the tail.
  std::uint64_t freed_objects = 0;
  std::uint64_t freed_size = 0;
  /// References to it from other garbage, which must be freed first.
  std::uint64_t held_by_other_garbage = 0;
};

/// Requires: `garbage` is that of the heap, by the same `reachable`, and `row` a row of its cycles.
/// Cost: linear in the members, the tail and their references, besides one pass over all garbage;
/// where no single reference is enough, that times the number of kinds, at most 64 and a bound.
[[nodiscard]] CycleCut cut_cycle(const dump::Heap& heap,
                                 const Garbage& garbage,
                                 const ObjectSet& reachable,
                                 std::size_t row);

}  // namespace heapscan::analysis
