// Every analysis on heaps of extreme shapes at full size: lists of 50 million nodes, stars with 10
// million leaves, cliques of 5000 objects with 25 million references. Takes two minutes of CPU time
// and 10 GiB of memory.

#include <gtest/gtest.h>

#include "tests/support/shape_checks.h"

namespace heapscan::tests {
namespace {

TEST(ShapesAtFullSize, ALinkedList) {
  check_linked_list(50'000'000);
}

TEST(ShapesAtFullSize, ADoublyLinkedList) {
  check_doubly_linked_list(50'000'000);
}

TEST(ShapesAtFullSize, AListWhoseNodesShareAnObject) {
  check_list_with_hub(50'000'000);
}

TEST(ShapesAtFullSize, AStar) {
  check_star(10'000'000);
}

TEST(ShapesAtFullSize, AClique) {
  check_clique(5'000);
}

TEST(ShapesAtFullSize, ObjectsThatReferToThemselves) {
  check_self_loops(10'000'000);
}

TEST(ShapesAtFullSize, ParallelReferences) {
  check_parallel_references(25'000'000);
}

}  // namespace
}  // namespace heapscan::tests
