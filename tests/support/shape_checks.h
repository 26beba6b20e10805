#pragma once

#include <cstdint>

/// What every analysis must find in heaps of one shape, at any size: in the unit tests at sizes at
/// which a quadratic step would hang, in the soak test at full size. Failures are reported to
/// GoogleTest.
namespace heapscan::tests {

void check_linked_list(std::uint32_t nodes);
void check_doubly_linked_list(std::uint32_t nodes);
void check_list_with_hub(std::uint32_t nodes);
void check_star(std::uint32_t leaves);
void check_clique(std::uint32_t objects);
void check_self_loops(std::uint32_t objects);
void check_parallel_references(std::uint32_t references);

}  // namespace heapscan::tests
