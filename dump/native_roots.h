#pragma once

#include <cstdint>
#include <vector>

#include "dump/heap.h"

namespace heapscan::dump {

/// For each object, its reference count minus the strong references and counted roots that the dump
/// has for it. Positive: something outside the dump holds it (C code, a leaked count). Negative:
/// the dump has references that do not count. 0 for immortal and synthetic objects. Cost: one pass
/// over the references.
[[nodiscard]] std::vector<std::int64_t> surplus_counts(const Heap& heap);

/// The same heap with a root of kind native for every object that something outside the dump must
/// hold, so that no live object is ever called unreachable:
///  1. every object with a surplus;
///  2. of those still unreachable, every object whose count is not explained by references of
///     exactly known layout alone, because a conservative reference may not be a counted one.
/// Cost: one breadth-first search.
[[nodiscard]] Heap with_native_roots(Heap heap);

}  // namespace heapscan::dump
