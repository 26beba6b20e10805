// On these shapes, a quadratic step would take hours, and a recursive one would overflow the stack.
// tests/bench/shapes_soak.cc runs the same at full size.

#include <gtest/gtest.h>

#include "tests/support/shape_checks.h"

namespace heapscan::tests {
namespace {

TEST(Shapes, ALinkedList) {
  check_linked_list(1'000'000);
}

TEST(Shapes, ADoublyLinkedList) {
  check_doubly_linked_list(1'000'000);
}

TEST(Shapes, AListWhoseNodesShareAnObject) {
  check_list_with_hub(1'000'000);
}

TEST(Shapes, AStar) {
  check_star(1'000'000);
}

TEST(Shapes, AClique) {
  check_clique(700);
}

TEST(Shapes, ObjectsThatReferToThemselves) {
  check_self_loops(200'000);
}

TEST(Shapes, ParallelReferences) {
  check_parallel_references(500'000);
}

}  // namespace
}  // namespace heapscan::tests
