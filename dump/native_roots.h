#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/heap.h"

namespace heapscan::dump {

/// For each object, its reference count minus the strong references and counted roots that the dump
/// has for it. Positive: something outside the dump holds it (native code, a leaked reference).
/// Negative: the dump has references that were not counted. 0 for immortal and synthetic objects.
/// Cost: one pass over the references.
[[nodiscard]] std::vector<std::int64_t> surplus_counts(const Heap& heap);

/// The same heap with a root for every object that something outside the dump must hold, so that no
/// live object is reported as unreachable. The roots added are, in this order:
///  1. each root in `possible` (which the collector found where stale references may lie, such as
///     the unused part of an evaluation stack) whose object has a surplus that the roots before it
///     left unexplained. It becomes a counted root. The rest of `possible` is dropped: an uncounted
///     word must not keep garbage alive, but it may explain a surplus;
///  2. a root of kind native for every object that still has a surplus;
///  3. a root of kind native for every object still unreachable whose count is not explained by
///     references of known layout alone, because a conservative reference may not be counted.
/// Cost: one search of the graph.
[[nodiscard]] Heap with_native_roots(Heap heap, std::span<const Root> possible = {});

}  // namespace heapscan::dump
