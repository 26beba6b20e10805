#include "analysis/suspects/owner_tree.h"

#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/support/random_heap.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using tests::HeapSketch;

struct Owners {
  explicit Owners(const Heap& heap)
      : dominators(dominator_tree(heap)), paths(heap), tree(heap, dominators, paths) {}

  DominatorTree dominators;
  PathForest paths;
  OwnerTree tree;
};

TEST(Owners, AreTheDominatorsWhereTheseAreObjectsOfTheProgram) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto cache = sketch.object("Cache");
  const auto left = sketch.object("list");
  const auto right = sketch.object("list");
  const auto session = sketch.object("Session");
  sketch.global(module, "CACHE", cache);
  sketch.attribute(cache, left, "left");
  sketch.attribute(cache, right, "right");
  sketch.item(left, session, 0);
  sketch.item(right, session, 0);
  const Owners owners(sketch.heap());
  EXPECT_EQ(owners.tree.owner(HeapSketch::id(session)), HeapSketch::id(cache));
}

TEST(Owners, AreOnThePathWhereTwoVariablesOfAModuleHoldTheObject) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto tasks = sketch.object("set", 100);
  const auto waiters = sketch.object("list", 100);
  const auto task = sketch.object("Task", 1000);
  sketch.global(module, "TASKS", tasks);
  sketch.global(module, "WAITERS", waiters);
  sketch.item(tasks, task, 0);
  sketch.item(waiters, task, 0);
  const Owners owners(sketch.heap());
  EXPECT_EQ(owners.tree.owner(HeapSketch::id(task)), HeapSketch::id(tasks));
  EXPECT_EQ(owners.tree.kept(HeapSketch::id(tasks)), 1100U);
  EXPECT_EQ(owners.tree.kept(HeapSketch::id(waiters)), 100U);
  // The task is counted once in the figure of the module, as before.
  EXPECT_EQ(owners.tree.kept(HeapSketch::id(module)),
            owners.dominators.retained[HeapSketch::id(module).value()]);
}

TEST(Owners, IncludeObjectsThatARootHoldsToo) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto events = sketch.object("list", 100);
  const auto event = sketch.object("Event", 500);
  sketch.global(module, "EVENTS", events);
  sketch.item(events, event, 0);
  sketch.root(event, dump::RootKind::kFrame, "MainThread handle() event");
  const Owners owners(sketch.heap());
  EXPECT_EQ(owners.tree.owner(HeapSketch::id(event)), HeapSketch::id(events));
  EXPECT_EQ(owners.tree.kept(HeapSketch::id(events)), 600U);
}

/// The definition: every object adds its size to all its owners.
std::vector<std::uint64_t> kept_by_climbing(const Heap& heap, const Owners& owners) {
  std::vector<std::uint64_t> kept(heap.object_count());
  for (const ObjectId id : owners.paths.order()) {
    for (ObjectId above = id; above.has_value(); above = owners.tree.owner(above)) {
      kept[above.value()] += heap.size(id);
    }
  }
  return kept;
}

void expect_a_tree(const Heap& heap, const std::string& what) {
  const Owners owners(heap);
  const std::vector<std::uint64_t> expected = kept_by_climbing(heap, owners);
  std::vector<std::uint32_t> place(heap.object_count());
  for (std::uint32_t row = 0; row < owners.paths.order().size(); ++row) {
    place[owners.paths.order()[row].value()] = row;
  }
  std::uint64_t without_owner = 0;
  for (const ObjectId id : owners.paths.order()) {
    const ObjectId owner = owners.tree.owner(id);
    ASSERT_EQ(owners.tree.kept(id), expected[id.value()]) << what;
    ASSERT_GE(owners.tree.kept(id), owners.dominators.retained[id.value()]) << what;
    ASSERT_TRUE(!owner.has_value() || place[owner.value()] < place[id.value()]) << what;
    without_owner += owner.has_value() ? 0 : owners.tree.kept(id);
  }
  ASSERT_EQ(without_owner, owners.dominators.reachable_size) << what;
}

TEST(Owners, GiveEveryByteOnePlaceOnThousandsOfSmallHeaps) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    expect_a_tree(tests::mixed_heap(seed, {20, 3, 4}), "mixed heap " + std::to_string(seed));
    expect_a_tree(tests::random_heap(seed, {.objects = 12, .references = 25, .roots = 3}),
                  "random heap " + std::to_string(seed));
  }
}

}  // namespace
}  // namespace heapscan::analysis
