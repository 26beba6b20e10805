#include "dump/native_roots.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/support/oracles.h"

namespace heapscan::dump {
namespace {

using tests::HeapSketch;

/// The objects with a root of kind native, in order of the roots.
std::vector<ObjectId> native_roots(const Heap& heap) {
  std::vector<ObjectId> found;
  const Heap rooted = with_native_roots(heap);
  for (const Root& root : rooted.roots()) {
    if (root.kind == RootKind::kNative) {
      found.push_back(root.object);
    }
  }
  return found;
}

using Ids = std::vector<ObjectId>;

TEST(NativeRoots, ACountExplainedByReferencesIsNotASurplus) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto item = sketch.object("dict");
  sketch.item(list, item, 0);
  sketch.item(list, item, 1);
  sketch.root(list, RootKind::kFrame, "local");
  EXPECT_EQ(surplus_counts(sketch.heap()), (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(native_roots(sketch.heap()), Ids{});
}

TEST(NativeRoots, AnObjectWithASurplusGetsARoot) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto held_by_c = sketch.object("dict");
  sketch.item(list, held_by_c, 0);
  sketch.root(list, RootKind::kGlobal, "list");
  sketch.extra_count(held_by_c, 2);
  const Heap heap = sketch.heap();

  EXPECT_EQ(surplus_counts(heap), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(native_roots(heap), Ids{HeapSketch::id(held_by_c)});
  const Heap rooted = with_native_roots(heap);
  const Root& added = rooted.roots().back();
  EXPECT_FALSE(added.counted);
  EXPECT_EQ(added.label, StringId::none());
}

TEST(NativeRoots, ExistingRootsComeFirstAndAreKept) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  sketch.root(list, RootKind::kGlobal, "list");
  sketch.extra_count(list, 1);
  const Heap rooted = with_native_roots(sketch.heap());
  ASSERT_EQ(rooted.roots().size(), 2U);
  EXPECT_EQ(rooted.roots()[0].kind, RootKind::kGlobal);
  EXPECT_EQ(rooted.roots()[1].kind, RootKind::kNative);
}

TEST(NativeRoots, OnlyACountedRootAccountsForACount) {
  HeapSketch counted;
  counted.root(counted.object("list"), RootKind::kFrame, "local", true);
  EXPECT_EQ(native_roots(counted.heap()), Ids{});

  // A module root names an object that something else holds.
  HeapSketch uncounted;
  const auto module = uncounted.object("module");
  uncounted.root(module, RootKind::kModule, "app", false);
  uncounted.extra_count(module, 1);
  EXPECT_EQ(native_roots(uncounted.heap()), Ids{HeapSketch::id(module)});
}

TEST(NativeRoots, ACycleThatOnlyHoldsItselfStaysGarbage) {
  HeapSketch sketch;
  const auto parent = sketch.object("Parent");
  const auto child = sketch.object("Child");
  sketch.attribute(parent, child, "child");
  sketch.attribute(child, parent, "parent");
  EXPECT_EQ(native_roots(sketch.heap()), Ids{});
}

TEST(NativeRoots, MoreReferencesThanTheCountDoNotMakeARoot) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto borrowed = sketch.object("dict");
  const auto scanned = sketch.object("Extension");
  sketch.item(list, borrowed, 0);
  sketch.conservative(scanned, borrowed);
  sketch.root(list, RootKind::kGlobal, "list");
  sketch.root(scanned, RootKind::kGlobal, "scanned");
  HeapColumns columns = sketch.heap().columns();
  columns.refcount = Column<std::uint32_t>({1, 1, 1});
  const Heap heap(std::move(columns));
  EXPECT_EQ(surplus_counts(heap)[HeapSketch::id(borrowed).value()], -1);
  EXPECT_EQ(native_roots(heap), Ids{});
}

// An object of unknown layout was scanned conservatively, and one of its words looks like a
// reference to `held`. It may be a stale copy, in which case something else holds the object.
TEST(NativeRoots, AnObjectHeldOnlyByAConservativeReferenceFromGarbageStaysAlive) {
  HeapSketch sketch;
  const auto garbage = sketch.object("Extension");
  const auto held = sketch.object("dict");
  const auto below = sketch.object("list");
  sketch.item(garbage, garbage, 0);
  sketch.conservative(garbage, held);
  sketch.attribute(held, below, "items");
  const Heap heap = sketch.heap();

  EXPECT_EQ(native_roots(heap), Ids{HeapSketch::id(held)});
  const std::vector<bool> reachable =
      tests::reachable_without(with_native_roots(heap), ObjectId::none());
  EXPECT_EQ(reachable, (std::vector<bool>{false, true, true}));
}

TEST(NativeRoots, AnObjectReachedAnotherWayNeedsNoRootForAConservativeReference) {
  HeapSketch sketch;
  const auto live = sketch.object("Extension");
  const auto held = sketch.object("dict");
  sketch.conservative(live, held);
  sketch.root(live, RootKind::kGlobal, "live");
  EXPECT_EQ(native_roots(sketch.heap()), Ids{});
}

TEST(NativeRoots, GarbageThatHoldsOthersConservativelyIsNotRootedItself) {
  HeapSketch sketch;
  const auto garbage = sketch.object("Extension");
  const auto first = sketch.object("dict");
  const auto second = sketch.object("dict");
  sketch.item(garbage, garbage, 0);
  sketch.conservative(garbage, first);
  sketch.conservative(garbage, second);
  EXPECT_EQ(native_roots(sketch.heap()), (Ids{HeapSketch::id(first), HeapSketch::id(second)}));
}

TEST(NativeRoots, APossibleRootIsBelievedUpToTheSurplusOfItsObject) {
  HeapSketch sketch;
  const auto on_the_stack = sketch.object("list");
  const auto stale_and_live = sketch.object("dict");
  const auto stale_garbage = sketch.object("Node");
  sketch.extra_count(on_the_stack, 2);
  sketch.root(stale_and_live, RootKind::kGlobal, "live");
  sketch.attribute(stale_garbage, stale_garbage, "itself");
  const auto possible = [](auto object) {
    return Root{HeapSketch::id(object), StringId::none(), RootKind::kFrame, false, 0};
  };
  const std::vector<Root> found = {possible(on_the_stack), possible(stale_and_live),
                                   possible(stale_garbage)};

  const Heap rooted = with_native_roots(sketch.heap(), found);
  ASSERT_EQ(rooted.roots().size(), 3U);
  const Root& taken = rooted.roots()[1];
  EXPECT_EQ(taken.object, HeapSketch::id(on_the_stack));
  EXPECT_EQ(taken.kind, RootKind::kFrame);
  EXPECT_TRUE(taken.counted);
  EXPECT_EQ(rooted.roots()[2].object, HeapSketch::id(on_the_stack));  // The other count.
  EXPECT_EQ(rooted.roots()[2].kind, RootKind::kNative);
  EXPECT_EQ(surplus_counts(rooted), (std::vector<std::int64_t>{1, 0, 0}));
  EXPECT_EQ(tests::reachable_without(rooted, ObjectId::none()),
            (std::vector<bool>{true, true, false}));
}

TEST(NativeRoots, SyntheticAndImmortalObjectsNeverGetOne) {
  HeapSketch sketch;
  const auto synthetic = sketch.object("<group>", 0, ObjectFlags().set(ObjectFlags::kSynthetic));
  const auto immortal = sketch.object("NoneType");
  sketch.extra_count(synthetic, 5);
  sketch.extra_count(immortal, 5);
  HeapColumns columns = sketch.heap().columns();
  columns.refcount = Column<std::uint32_t>({5, kImmortal});
  const Heap heap(std::move(columns));
  EXPECT_EQ(surplus_counts(heap), (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(native_roots(heap), Ids{});
}

}  // namespace
}  // namespace heapscan::dump
