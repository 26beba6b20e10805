#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/heap.h"

namespace heapscan::dump {

/// For each object, its reference count minus the strong references and counted roots that the dump
/// has for it. Positive: something outside the dump holds it (C code, a leaked count). Negative:
/// the dump has references that do not count. 0 for immortal and synthetic objects. Cost: one pass
/// over the references.
[[nodiscard]] std::vector<std::int64_t> surplus_counts(const Heap& heap);

/// The same heap with a root for every object that something outside the dump must hold, so that no
/// live object is ever called unreachable:
///  1. of `possible`, what a collector found in a place that may be out of date (the unused part of
///  an
///     evaluation stack), each root whose object has a surplus that the roots before it left
///     unexplained. It becomes a counted root. The others are dropped: a word that nobody counts
///     cannot make garbage look alive, and what it says of an object with a surplus is better than
///     nothing;
///  2. a root of kind native for every object that still has a surplus;
///  3. of those still unreachable, every object whose count is not explained by references of
///     exactly known layout alone, because a conservative reference may not be a counted one.
/// Cost: one breadth-first search.
[[nodiscard]] Heap with_native_roots(Heap heap, std::span<const Root> possible = {});

}  // namespace heapscan::dump
