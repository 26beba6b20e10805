#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::tests {

/// A heap with the shape of those of large Python programs, for measurements: the same for the same
/// arguments on every machine.
///
/// Real heaps of 1 to 8 million objects (Django, SQLAlchemy, pandas with user data) have 1.8 to 2.0
/// references for each object, 94 to 96 % of objects with one referrer, 50 % that are leaves with
/// one referrer, hubs with a referrer for every eighth object, and one tangle of functions and
/// modules with 15 % of all objects in one strongly connected component. This one is somewhat
/// harder: 2.2 references, and more sharing. It has
///  - hubs: None, small integers and builtin types, which roots hold; classes and interned strings,
///    which only other objects hold, some far more often than others;
///  - modules whose dicts hold functions that refer back to the dict, and registries: lists and
///    dicts from a few entries to hundreds of thousands, nested in one another;
///  - records with and without a dict, with numbers, strings, tuples and lists as values, some of
///    them shared with earlier records;
///  - cycles: trees whose nodes refer to their parents, doubly linked lists, and about one object
///  in
///    500 that is garbage;
///  - addresses as pymalloc gives them, pools of one size class each, with some objects in holes
///    that others left: so the numbers of an object and of what it holds are mostly, but not
///    always, near each other.
[[nodiscard]] dump::Heap realistic_heap(std::uint32_t objects, std::uint64_t seed = 1);

/// A moment in the life of a process.
struct Moment {
  std::int64_t minute = 0;
  std::uint32_t shared = 0;  ///< Objects of all moments of the process, at the same addresses.
  std::uint32_t own = 0;  ///< Objects of this moment alone, which may lie where those of others do.
};

/// The heap of a process at a moment, in the shape of realistic_heap(): two of them compare as two
/// dumps of one process do. Texts and numbers have content hashes here.
[[nodiscard]] dump::Heap realistic_heap_at(const Moment& moment);

}  // namespace heapscan::tests
