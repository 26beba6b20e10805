#include "tests/support/shape_checks.h"

#include <string>

#include <gtest/gtest.h>

#include "analysis/cycles/cycles.h"
#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "analysis/growth/holder_tree.h"
#include "analysis/histogram/histogram.h"
#include "analysis/suspects/accumulation.h"
#include "analysis/text/describe.h"
#include "analysis/waste/waste.h"
#include "dump/native_roots.h"
#include "tests/support/shapes.h"

namespace heapscan::tests {
namespace {

using analysis::DominatorTree;
using analysis::Histogram;
using dump::Heap;
using dump::ObjectId;

constexpr std::uint64_t kSize = 16;  // Of each object.

/// The objects that only object 0 keeps alive: all of them, whatever the shape. Object 0 is the
/// immediate dominator of `below` objects.
void check_dominators(const Heap& heap, std::uint32_t below) {
  const DominatorTree tree = analysis::dominator_tree(heap);
  EXPECT_EQ(tree.reachable_count, heap.object_count());
  EXPECT_EQ(tree.top_count, 1U);
  EXPECT_EQ(tree.retained[0], heap.object_count() * kSize);
  std::uint32_t dominated = 0;
  for (const ObjectId id : heap.objects()) {
    dominated += tree.dominator[id.value()] == ObjectId(0) ? 1U : 0U;
  }
  EXPECT_EQ(dominated, below);
  const Histogram histogram = analysis::histogram_by_type(heap, tree);
  EXPECT_EQ(histogram.rows.size(), 1U);
  EXPECT_EQ(histogram.objects, heap.object_count());
  EXPECT_EQ(histogram.rows.at(0).retained, heap.object_count() * kSize);
  const std::vector<ObjectId> points = analysis::accumulation_points(heap, tree, tree.top(0));
  EXPECT_EQ(points.size(), 1U);
}

/// `deepest`: the number of references from the root to the farthest object.
void check_paths(const Heap& heap, std::uint32_t deepest) {
  const analysis::PathForest paths(heap);
  EXPECT_EQ(paths.order().size(), heap.object_count());
  const ObjectId farthest = paths.order().back();
  EXPECT_EQ(paths.distance(farthest), deepest);
  EXPECT_EQ(paths.path(farthest).value().steps.size(), deepest);
  EXPECT_LT(analysis::path_text(heap, paths.path(farthest).value()).size(), 10'000U);
  EXPECT_LE(analysis::HolderTree(heap, paths).nodes().size(), 10U);
  EXPECT_EQ(analysis::find_waste(heap, paths).total.objects, 0U);
}

void check_groupings(const Heap& heap) {
  for (const analysis::GroupKey key :
       {analysis::GroupKey::kReferrers, analysis::GroupKey::kRoot, analysis::GroupKey::kSize}) {
    const Histogram histogram = analysis::histogram(heap, analysis::group_objects(heap, key));
    EXPECT_EQ(histogram.objects, heap.object_count());
    EXPECT_LE(histogram.rows.size(), 3U);
  }
}

void check_held(const Heap& heap, std::uint32_t below, std::uint32_t deepest) {
  check_dominators(heap, below);
  check_paths(heap, deepest);
  check_groupings(heap);
  EXPECT_EQ(dump::surplus_counts(heap).size(), heap.object_count());
}

/// The heap as garbage: the number of cycles, and of their members in total.
void check_garbage(const Heap& heap, std::size_t cycles, std::uint64_t members) {
  const analysis::Garbage garbage =
      analysis::find_garbage(heap, analysis::ObjectSet(heap.object_count()));
  EXPECT_EQ(garbage.objects, heap.object_count());
  EXPECT_EQ(garbage.cycles.size(), cycles);
  EXPECT_EQ(garbage.cycle_objects, members);
  EXPECT_LE(garbage.groups.size(), 2U);
  if (cycles > 0) {
    EXPECT_GE(analysis::closed_walk(heap, garbage.cycles.front()).size(), 1U);
  }
}

}  // namespace

void check_linked_list(std::uint32_t nodes) {
  check_held(linked_list(nodes), 1, nodes - 1);
  check_garbage(linked_list(nodes, Held::kByNothing), 0, 0);
}

void check_doubly_linked_list(std::uint32_t nodes) {
  check_held(doubly_linked_list(nodes), 1, nodes - 1);
  check_garbage(doubly_linked_list(nodes, Held::kByNothing), 1, nodes);
}

void check_list_with_hub(std::uint32_t nodes) {
  check_held(list_with_hub(nodes), 2, nodes - 1);
  check_garbage(list_with_hub(nodes, Held::kByNothing), 0, 0);
}

void check_star(std::uint32_t leaves) {
  check_held(star(leaves), leaves, 1);
  check_garbage(star(leaves, Held::kByNothing), 0, 0);
}

void check_clique(std::uint32_t objects) {
  check_held(clique(objects), objects - 1, 1);
  check_garbage(clique(objects, Held::kByNothing), 1, objects);
}

void check_self_loops(std::uint32_t objects) {
  check_held(self_loops(objects), objects - 1, 1);
  check_garbage(self_loops(objects, Held::kByNothing), objects, objects);
}

void check_parallel_references(std::uint32_t references) {
  check_held(parallel_references(references), 1, 1);
  check_garbage(parallel_references(references, Held::kByNothing), 1, 2);
}

}  // namespace heapscan::tests
