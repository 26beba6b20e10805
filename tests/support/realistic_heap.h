#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::tests {

/// A heap shaped like those of large Python programs, for measurements: the same for the same
/// arguments on every machine.
///
/// Real heaps of 1 to 8 million objects (Django, SQLAlchemy, pandas with user data) have 1.8 to 2.0
/// references per object; 94 to 96 % of the objects have one referrer, 50 % are leaves with one
/// referrer; there are hubs with a referrer for every eighth object, and one tangle of functions
/// and modules with 15 % of all objects in a single strongly connected component. This heap is
/// somewhat harder: 2.2 references per object, and more sharing. It has
///  - hubs: None, small integers and builtin types, held by roots; classes and interned strings,
///    held only by other objects, some far more often than others;
///  - modules whose dicts hold functions that refer back to the dict, and registries: lists and
///    dicts from a few entries to hundreds of thousands, nested in one another;
///  - records with and without a dict, with numbers, strings, tuples and lists as values, some of
///    them shared with earlier records;
///  - cycles: trees whose nodes refer to their parents, doubly linked lists, and garbage, about one
///    object in 500;
///  - addresses as pymalloc assigns them, in pools of one size class each, some of them reused from
///    objects that were freed: the indexes of an object and of what it holds are mostly, but not
///    always, close to each other.
[[nodiscard]] dump::Heap realistic_heap(std::uint32_t objects, std::uint64_t seed = 1);

/// A moment in the life of a process.
struct Moment {
  std::int64_t minute = 0;
  std::uint32_t shared = 0;  ///< Objects present at all moments, at the same addresses.
  std::uint32_t own = 0;     ///< Objects of this moment only, possibly at addresses used at others.
};

/// The heap of a process at a moment, shaped like realistic_heap(): two of them can be compared
/// like two dumps of one process. Strings and numbers have content hashes here.
[[nodiscard]] dump::Heap realistic_heap_at(const Moment& moment);

}  // namespace heapscan::tests
