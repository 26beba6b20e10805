#pragma once

#include <cstdint>

#include "dump/heap.h"

/// Heaps of one extreme shape each, on which algorithms become quadratic or recurse too deeply. All
/// objects have 16 bytes; object 0 holds the shape together.
namespace heapscan::tests {

/// Whether a root holds object 0, or everything is garbage.
enum class Held : std::uint8_t { kByRoot, kByNothing };

/// Node 0 refers to node 1, node 1 to node 2, and so on.
[[nodiscard]] dump::Heap linked_list(std::uint32_t nodes, Held held = Held::kByRoot);

/// A linked list whose nodes also refer to their predecessors. As garbage, one large cycle.
[[nodiscard]] dump::Heap doubly_linked_list(std::uint32_t nodes, Held held = Held::kByRoot);

/// A linked list whose nodes also refer to the last object, as instances do to their class.
[[nodiscard]] dump::Heap list_with_hub(std::uint32_t nodes, Held held = Held::kByRoot);

/// Object 0 refers to all others.
[[nodiscard]] dump::Heap star(std::uint32_t leaves, Held held = Held::kByRoot);

/// Every object refers to every other one.
[[nodiscard]] dump::Heap clique(std::uint32_t objects, Held held = Held::kByRoot);

/// Object 0 refers to all others, and every object to itself.
[[nodiscard]] dump::Heap self_loops(std::uint32_t objects, Held held = Held::kByRoot);

/// Object 0 refers to object 1 the given number of times, and object 1 back to it as often.
[[nodiscard]] dump::Heap parallel_references(std::uint32_t references, Held held = Held::kByRoot);

}  // namespace heapscan::tests
