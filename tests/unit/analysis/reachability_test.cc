#include "analysis/reachability.h"

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/support/oracles.h"
#include "tests/support/random_heap.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;

TEST(Reachability, ObjectsHeldByARootDirectlyOrIndirectlyAreReachable) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto dict = sketch.object("dict");
  const auto text = sketch.text("a");
  sketch.item(list, dict, 0);
  sketch.attribute(dict, text, "name");
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const ObjectSet reached = reachable_objects(sketch.heap());
  EXPECT_TRUE(reached.contains(HeapSketch::id(list)));
  EXPECT_TRUE(reached.contains(HeapSketch::id(dict)));
  EXPECT_TRUE(reached.contains(HeapSketch::id(text)));
  EXPECT_EQ(reached.count(), 3U);
}

TEST(Reachability, AHeapWithoutRootsHasNothingReachable) {
  HeapSketch sketch;
  sketch.object("list");
  EXPECT_EQ(reachable_objects(sketch.heap()).count(), 0U);
}

TEST(Reachability, AnEmptyHeapIsNotASpecialCase) {
  EXPECT_EQ(reachable_objects(HeapSketch().heap()).count(), 0U);
}

TEST(Reachability, ACycleDoesNotKeepItselfAlive) {
  HeapSketch sketch;
  const auto parent = sketch.object("Parent");
  const auto child = sketch.object("Child");
  sketch.attribute(parent, child, "child");
  sketch.attribute(child, parent, "parent");
  EXPECT_EQ(reachable_objects(sketch.heap()).count(), 0U);
}

TEST(Reachability, AWeakReferenceIsNotFollowed) {
  HeapSketch sketch;
  const auto cache = sketch.object("Cache");
  const auto entry = sketch.object("Entry");
  sketch.weak(cache, entry);
  sketch.root(cache, dump::RootKind::kGlobal, "cache");

  const ObjectSet reached = reachable_objects(sketch.heap());
  EXPECT_TRUE(reached.contains(HeapSketch::id(cache)));
  EXPECT_FALSE(reached.contains(HeapSketch::id(entry)));
}

TEST(Reachability, RandomHeapsAgreeWithASearchFromTheDefinition) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const dump::Heap heap =
        tests::random_heap(seed, {.objects = 200, .references = 220, .roots = 5});
    const ObjectSet reached = reachable_objects(heap);
    const std::vector<bool> expected = tests::reachable_without(heap, ObjectId::none());
    for (const ObjectId id : heap.objects()) {
      ASSERT_EQ(reached.contains(id), expected[id.value()]) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
