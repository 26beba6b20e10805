#pragma once

#include <cstdint>

#include "dump/heap.h"

/// Heaps of one extreme shape each, at which algorithms become quadratic or recurse too deep. All
/// objects have 16 bytes; object 0 is the one that holds the shape together.
namespace heapscan::tests {

/// Whether a root holds object 0, or everything is garbage.
enum class Held : std::uint8_t { kByRoot, kByNothing };

/// Node 0 refers to node 1, this to node 2, and so on.
[[nodiscard]] dump::Heap linked_list(std::uint32_t nodes, Held held = Held::kByRoot);

/// A linked list whose nodes refer to the node before too. As garbage, one large cycle.
[[nodiscard]] dump::Heap doubly_linked_list(std::uint32_t nodes, Held held = Held::kByRoot);

/// A linked list whose nodes all refer to the last object too: an instance's class.
[[nodiscard]] dump::Heap list_with_hub(std::uint32_t nodes, Held held = Held::kByRoot);

/// Object 0 refers to all others.
[[nodiscard]] dump::Heap star(std::uint32_t leaves, Held held = Held::kByRoot);

/// Every object refers to every other one.
[[nodiscard]] dump::Heap clique(std::uint32_t objects, Held held = Held::kByRoot);

/// Object 0 refers to all others, and every object to itself.
[[nodiscard]] dump::Heap self_loops(std::uint32_t objects, Held held = Held::kByRoot);

/// Object 0 refers to object 1 so many times, and object 1 as often back to it.
[[nodiscard]] dump::Heap parallel_references(std::uint32_t references, Held held = Held::kByRoot);

}  // namespace heapscan::tests
