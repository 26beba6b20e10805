#include "analysis/graph/dominators.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <gtest/gtest.h>

#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/oracles.h"
#include "tests/support/random_heap.h"
#include "tests/support/realistic_heap.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;

ObjectId dominator(const DominatorTree& tree, HeapSketch::Node node) {
  return tree.dominator[node.value()];
}

std::uint64_t retained(const DominatorTree& tree, HeapSketch::Node node) {
  return tree.retained[node.value()];
}

std::uint64_t retained_of_top(const DominatorTree& tree) {
  const std::vector<ObjectId> top = tree.top(0);
  return std::accumulate(
      top.begin(), top.end(), std::uint64_t{0},
      [&](std::uint64_t sum, ObjectId id) { return sum + tree.retained[id.value()]; });
}

void expect_equal(const Heap& heap, const DominatorTree& tree, const DominatorTree& expected) {
  EXPECT_EQ(tree.reachable_count, expected.reachable_count);
  EXPECT_EQ(tree.reachable_size, expected.reachable_size);
  EXPECT_EQ(retained_of_top(tree), tree.reachable_size);
  for (const ObjectId id : heap.objects()) {
    ASSERT_EQ(tree.reachable.contains(id), expected.reachable.contains(id)) << id.value();
  }
  ASSERT_EQ(tree.dominator, expected.dominator);
  ASSERT_EQ(tree.retained, expected.retained);
}

TEST(Dominators, ADiamondIsDominatedByItsTop) {
  HeapSketch sketch;
  const auto top = sketch.object("Top", 1);
  const auto left = sketch.object("Left", 10);
  const auto right = sketch.object("Right", 100);
  const auto bottom = sketch.object("Bottom", 1000);
  sketch.attribute(top, left, "left");
  sketch.attribute(top, right, "right");
  sketch.attribute(left, bottom, "bottom");
  sketch.attribute(right, bottom, "bottom");
  sketch.root(top, dump::RootKind::kGlobal, "top");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, top), ObjectId::none());
  EXPECT_EQ(dominator(tree, left), HeapSketch::id(top));
  EXPECT_EQ(dominator(tree, right), HeapSketch::id(top));
  EXPECT_EQ(dominator(tree, bottom), HeapSketch::id(top));
  EXPECT_EQ(retained(tree, top), 1111U);
  EXPECT_EQ(retained(tree, left), 10U);
  EXPECT_EQ(retained(tree, right), 100U);
  EXPECT_EQ(retained(tree, bottom), 1000U);
}

TEST(Dominators, AnObjectHeldByTwoRootsHasNoDominator) {
  HeapSketch sketch;
  const auto first = sketch.object("list", 10);
  const auto second = sketch.object("list", 20);
  const auto shared = sketch.object("dict", 100);
  sketch.item(first, shared, 0);
  sketch.item(second, shared, 0);
  sketch.root(first, dump::RootKind::kGlobal, "first");
  sketch.root(second, dump::RootKind::kGlobal, "second");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, shared), ObjectId::none());
  EXPECT_EQ(retained(tree, first), 10U);
  EXPECT_EQ(retained(tree, second), 20U);
  EXPECT_EQ(tree.reachable_size, 130U);
}

TEST(Dominators, ALeafWithOneReferrerIsDominatedByIt) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 10);
  const auto item = sketch.object("int", 28);
  sketch.item(list, item, 0);
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, item), HeapSketch::id(list));
  EXPECT_EQ(retained(tree, item), 28U);
  EXPECT_EQ(retained(tree, list), 38U);
}

TEST(Dominators, ALeafWithARootAndAReferrerHasNoDominator) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 10);
  const auto item = sketch.object("int", 28);
  sketch.item(list, item, 0);
  sketch.root(list, dump::RootKind::kGlobal, "list");
  sketch.root(item, dump::RootKind::kNative, "");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, item), ObjectId::none());
  EXPECT_EQ(retained(tree, list), 10U);
}

TEST(Dominators, ARootBelowAnotherRootIsNotDominatedByIt) {
  HeapSketch sketch;
  const auto outer = sketch.object("dict", 10);
  const auto inner = sketch.object("dict", 20);
  const auto below = sketch.object("list", 40);
  sketch.attribute(outer, inner, "inner");
  sketch.attribute(inner, below, "below");
  sketch.attribute(outer, below, "below");
  sketch.root(outer, dump::RootKind::kGlobal, "outer");
  sketch.root(inner, dump::RootKind::kGlobal, "inner");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, inner), ObjectId::none());
  EXPECT_EQ(dominator(tree, below), ObjectId::none());
  EXPECT_EQ(retained(tree, outer), 10U);
  EXPECT_EQ(retained(tree, inner), 20U);
}

TEST(Dominators, SeveralRootsOfOneObjectCountOnce) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 10);
  const auto item = sketch.object("dict", 20);
  sketch.item(list, item, 0);
  sketch.root(list, dump::RootKind::kGlobal, "first");
  sketch.root(list, dump::RootKind::kFrame, "second");
  sketch.root(list, dump::RootKind::kNative, "");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(tree.top(0), std::vector<ObjectId>{HeapSketch::id(list)});
  EXPECT_EQ(tree.reachable_size, 30U);
  EXPECT_EQ(tree.reachable_count, 2U);
}

TEST(Dominators, ParallelReferencesAreOneHolder) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 10);
  const auto item = sketch.object("dict", 20);
  for (std::uint32_t position = 0; position < 5; ++position) {
    sketch.item(list, item, position);
  }
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, item), HeapSketch::id(list));
  EXPECT_EQ(retained(tree, list), 30U);
}

TEST(Dominators, AReferenceToItselfChangesNothing) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 10);
  const auto item = sketch.object("list", 20);
  sketch.item(list, item, 0);
  sketch.item(list, list, 1);
  sketch.item(item, item, 0);
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, list), ObjectId::none());
  EXPECT_EQ(dominator(tree, item), HeapSketch::id(list));
  EXPECT_EQ(retained(tree, list), 30U);
}

TEST(Dominators, AnUnreachableObjectRetainsNothingAndDominatesNothing) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 10);
  const auto shared = sketch.object("dict", 20);
  const auto garbage = sketch.object("list", 40);
  const auto garbage_leaf = sketch.object("int", 80);
  sketch.item(list, shared, 0);
  sketch.item(garbage, shared, 0);
  sketch.item(garbage, garbage_leaf, 1);
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(dominator(tree, shared), HeapSketch::id(list));
  EXPECT_EQ(dominator(tree, garbage_leaf), ObjectId::none());
  EXPECT_EQ(retained(tree, garbage), 0U);
  EXPECT_EQ(retained(tree, garbage_leaf), 0U);
  EXPECT_FALSE(tree.reachable.contains(HeapSketch::id(garbage)));
  EXPECT_EQ(tree.reachable_size, 30U);
  EXPECT_EQ(tree.reachable_count, 2U);
}

TEST(Dominators, AnEmptyHeapHasAnEmptyTree) {
  const DominatorTree tree = dominator_tree(HeapSketch().heap());
  EXPECT_TRUE(tree.dominator.empty());
  EXPECT_TRUE(tree.top(0).empty());
  EXPECT_EQ(tree.reachable_size, 0U);
}

TEST(Dominators, TheTopIsSortedBySizeThenAddressAndEndsAtTheLimit) {
  HeapSketch sketch;
  const auto small = sketch.object("list", 10);
  const auto first = sketch.object("list", 50);
  const auto second = sketch.object("list", 50);
  const auto large = sketch.object("list", 70);
  for (const auto node : {small, first, second, large}) {
    sketch.root(node, dump::RootKind::kGlobal, "x");
  }

  const DominatorTree tree = dominator_tree(sketch.heap());
  const std::vector<ObjectId> all = {HeapSketch::id(large), HeapSketch::id(first),
                                     HeapSketch::id(second), HeapSketch::id(small)};
  EXPECT_EQ(tree.top(0), all);
  EXPECT_EQ(tree.top(9), all);
  EXPECT_EQ(tree.top(2), std::vector<ObjectId>(all.begin(), all.begin() + 2));
}

TEST(Dominators, RetainedSizesPastFourGiBAreNotTruncated) {
  HeapSketch sketch;
  const std::uint64_t three_gib = std::uint64_t{3} << 30U;
  const auto list = sketch.object("list", 8);
  const auto first = sketch.object("bytes", three_gib);
  const auto second = sketch.object("bytearray", three_gib);
  const auto huge = sketch.object("memmap", std::uint64_t{1} << 40U);
  sketch.item(list, first, 0);
  sketch.item(list, second, 1);
  sketch.item(list, second, 2);
  sketch.item(list, huge, 3);
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const DominatorTree tree = dominator_tree(sketch.heap());
  EXPECT_EQ(retained(tree, list), 8 + 2 * three_gib + (std::uint64_t{1} << 40U));
  EXPECT_EQ(retained(tree, second), three_gib);
  EXPECT_EQ(tree.reachable_size, retained(tree, list));
}

TEST(Dominators, SmallRandomHeapsAgreeWithRemovingEachObjectInTurn) {
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    tests::Dice dice(seed);
    const std::uint32_t objects = 1 + dice.below(24);
    const Heap heap = tests::random_heap(
        seed,
        {.objects = objects, .references = dice.below(3 * objects), .roots = 1 + dice.below(3)});
    SCOPED_TRACE(seed);
    expect_equal(heap, dominator_tree(heap), tests::dominators_by_removal(heap));
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST(Dominators, MediumRandomHeapsAgreeWithBoost) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    tests::Dice dice(seed);
    const std::uint32_t objects = 1000 + dice.below(2000);
    const Heap heap = tests::random_heap(seed, {.objects = objects,
                                                .references = objects + dice.below(objects * 3 / 2),
                                                .roots = 1 + dice.below(20)});
    SCOPED_TRACE(seed);
    expect_equal(heap, dominator_tree(heap), tests::dominators_by_boost(heap));
    ASSERT_FALSE(HasFatalFailure());
  }
}

/// A heap with one type and one root, the first object. References are drawn by object number.
class LargeSketch {
 public:
  static constexpr std::uint64_t kSize = 10;

  explicit LargeSketch(std::uint32_t objects) {
    const dump::TypeId type = builder_.add_type("Node");
    for (std::uint32_t row = 0; row < objects; ++row) {
      builder_.add_object({0x1000 + std::uint64_t{row} * 16, type, kSize, 1, {}});
    }
    builder_.add_root(dump::RootKind::kGlobal, dump::PendingObject(0), dump::StringId::none(),
                      true);
  }

  void refer(std::uint32_t source, std::uint32_t target) {
    builder_.add_item(dump::PendingObject(source), dump::PendingObject(target), 0);
  }

  [[nodiscard]] Heap heap() && { return std::move(builder_).finish(); }

 private:
  dump::HeapBuilder builder_;
};

/// Checks that each object is dominated by its predecessor, and so retains all that follow.
void expect_chain(const DominatorTree& tree) {
  const auto objects = static_cast<std::uint32_t>(tree.dominator.size());
  ASSERT_EQ(tree.reachable_count, objects);
  for (std::uint32_t row = 0; row < objects; ++row) {
    ASSERT_EQ(tree.dominator[row], row == 0 ? ObjectId::none() : ObjectId(row - 1));
    ASSERT_EQ(tree.retained[row], std::uint64_t{objects - row} * LargeSketch::kSize);
  }
}

constexpr std::uint32_t kMillion = 1'000'000;

TEST(Dominators, ALinkedListOfAMillionNodesIsAChain) {
  LargeSketch sketch(kMillion);
  for (std::uint32_t row = 0; row + 1 < kMillion; ++row) {
    sketch.refer(row, row + 1);
  }
  expect_chain(dominator_tree(std::move(sketch).heap()));
}

TEST(Dominators, ADoublyLinkedListOfAMillionNodesIsAChain) {
  LargeSketch sketch(kMillion);
  for (std::uint32_t row = 0; row + 1 < kMillion; ++row) {
    sketch.refer(row, row + 1);
    sketch.refer(row + 1, row);
  }
  expect_chain(dominator_tree(std::move(sketch).heap()));
}

TEST(Dominators, ARingOfAMillionNodesIsAChain) {
  LargeSketch sketch(kMillion);
  for (std::uint32_t row = 0; row < kMillion; ++row) {
    sketch.refer(row, (row + 1) % kMillion);
  }
  expect_chain(dominator_tree(std::move(sketch).heap()));
}

TEST(Dominators, TheCentreOfAStarDominatesItsMillionRays) {
  LargeSketch sketch(kMillion);
  for (std::uint32_t row = 1; row < kMillion; ++row) {
    sketch.refer(0, row);
    sketch.refer(row, 0);
  }
  const DominatorTree tree = dominator_tree(std::move(sketch).heap());
  EXPECT_EQ(tree.retained[0], std::uint64_t{kMillion} * LargeSketch::kSize);
  for (std::uint32_t row = 1; row < kMillion; ++row) {
    ASSERT_EQ(tree.dominator[row], ObjectId(0));
    ASSERT_EQ(tree.retained[row], LargeSketch::kSize);
  }
}

TEST(Dominators, AHubThatAMillionNodesOfAListShareBelongsToTheFirst) {
  LargeSketch sketch(kMillion);
  constexpr std::uint32_t kHub = kMillion - 1;
  for (std::uint32_t row = 1; row < kHub; ++row) {
    sketch.refer(row - 1, row);
    sketch.refer(row, kHub);
  }
  sketch.refer(kHub, kHub);
  const DominatorTree tree = dominator_tree(std::move(sketch).heap());
  EXPECT_EQ(tree.dominator[kHub], ObjectId(1));
  EXPECT_EQ(tree.dominator[kHub - 1], ObjectId(kHub - 2));
  EXPECT_EQ(tree.retained[2], std::uint64_t{kHub - 2} * LargeSketch::kSize);
}

TEST(Dominators, TheEntryOfACliqueDominatesTheOthers) {
  constexpr std::uint32_t kObjects = 2000;
  LargeSketch sketch(kObjects);
  for (std::uint32_t source = 0; source < kObjects; ++source) {
    for (std::uint32_t target = 0; target < kObjects; ++target) {
      sketch.refer(source, target);
    }
  }
  const DominatorTree tree = dominator_tree(std::move(sketch).heap());
  for (std::uint32_t row = 1; row < kObjects; ++row) {
    ASSERT_EQ(tree.dominator[row], ObjectId(0));
  }
  EXPECT_EQ(tree.retained[0], kObjects * LargeSketch::kSize);
}

// A list whose nodes hold items that are also held by a dict outside the list: each item is a whole
// list below its dominator, so that climbing there step by step would take 10^11 steps.
TEST(Dominators, ItemsHeldByALongListAndADictBelongToTheHolderOfBoth) {
  constexpr std::uint32_t kNodes = 400'000;
  constexpr std::uint32_t kOwner = 1;
  constexpr std::uint32_t kDict = 2;
  constexpr std::uint32_t kFirstNode = 3;
  constexpr std::uint32_t kFirstItem = kFirstNode + kNodes;
  LargeSketch sketch(kFirstItem + kNodes);
  sketch.refer(0, kOwner);
  // The list comes before and after the dict, so that it is searched first in either direction.
  sketch.refer(kOwner, kFirstNode);
  sketch.refer(kOwner, kDict);
  sketch.refer(kOwner, kFirstNode);
  for (std::uint32_t node = 0; node < kNodes; ++node) {
    if (node + 1 < kNodes) {
      sketch.refer(kFirstNode + node, kFirstNode + node + 1);
    }
    sketch.refer(kFirstNode + node, kFirstItem + node);
    sketch.refer(kDict, kFirstItem + node);
  }
  const DominatorTree tree = dominator_tree(std::move(sketch).heap());
  for (std::uint32_t node = 0; node < kNodes; ++node) {
    ASSERT_EQ(tree.dominator[kFirstItem + node], ObjectId(kOwner));
    ASSERT_EQ(tree.dominator[kFirstNode + node],
              ObjectId(node == 0 ? kOwner : kFirstNode + node - 1));
  }
}

TEST(Dominators, AHeapShapedLikeARealOneAgreesWithBoost) {
  const Heap heap = tests::realistic_heap(30'000);
  expect_equal(heap, dominator_tree(heap), tests::dominators_by_boost(heap));
}

}  // namespace
}  // namespace heapscan::analysis
