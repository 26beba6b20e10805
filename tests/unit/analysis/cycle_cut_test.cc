#include "analysis/cycles/cycle_cut.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/support/oracles.h"
#include "tests/support/random_heap.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::Referrer;
using tests::HeapSketch;
using Node = HeapSketch::Node;

struct Found {
  explicit Found(Heap of)
      : heap(std::move(of)),
        reachable(tests::reachable_objects(heap)),
        garbage(find_garbage(heap, reachable)) {}

  [[nodiscard]] CycleCut cut(CycleId row) const { return cut_cycle(heap, garbage, reachable, row); }

  Heap heap;
  ObjectSet reachable;
  Garbage garbage;
};

TEST(CycleCut, OfAParentAndAChildIsTheWayBack) {
  HeapSketch sketch;
  const Node parent = sketch.object("app.Parent", 48);
  const Node child = sketch.object("app.Child", 56);
  const Node name = sketch.text("tail", 100);
  sketch.attribute(parent, child, "child");
  sketch.attribute(child, parent, "parent");
  sketch.attribute(child, name, "name");
  const CycleCut cut = Found(sketch.heap()).cut(CycleId(0));
  ASSERT_EQ(cut.single.size(), 2U);
  EXPECT_EQ(cut.single[0].source, HeapSketch::id(child));
  EXPECT_TRUE(cut.can_be_weak);
  EXPECT_EQ(cut.freed_objects, 3U);
  EXPECT_EQ(cut.freed_size, 204U);
  EXPECT_TRUE(cut.kinds.empty());
}

TEST(CycleCut, OfATreeIsTheKindOfReferenceThatLeadsBack) {
  HeapSketch sketch;
  const Node root = sketch.object("app.Node", 48);
  const Node children = sketch.object("list", 88);
  sketch.attribute(root, children, "children");
  for (std::uint32_t number = 0; number < 5; ++number) {
    const Node child = sketch.object("app.Node", 48);
    sketch.item(children, child, number);
    sketch.attribute(child, root, "parent");
  }
  const CycleCut cut = Found(sketch.heap()).cut(CycleId(0));
  // The list is on every walk, but Python has no weak references to lists.
  ASSERT_EQ(cut.single.size(), 1U);
  EXPECT_EQ(cut.single[0].source, HeapSketch::id(root));
  EXPECT_TRUE(cut.can_be_weak);
  ASSERT_EQ(cut.kinds.size(), 1U);
  EXPECT_EQ(cut.kinds[0].text, "app.Node .parent > app.Node");
  EXPECT_EQ(cut.kinds[0].references, 5U);
}

TEST(CycleCut, OfADoublyLinkedListIsOneOfItsTwoKinds) {
  HeapSketch sketch;
  std::vector<Node> nodes;
  for (std::size_t row = 0; row < 6; ++row) {
    nodes.push_back(sketch.object("app.Link", 48));
    if (row > 0) {
      sketch.attribute(nodes[row - 1], nodes[row], "next");
      sketch.attribute(nodes[row], nodes[row - 1], "prev");
    }
  }
  const CycleCut cut = Found(sketch.heap()).cut(CycleId(0));
  EXPECT_TRUE(cut.single.empty());
  ASSERT_EQ(cut.kinds.size(), 1U);
  EXPECT_EQ(cut.kinds[0].text, "app.Link .prev > app.Link");
  EXPECT_EQ(cut.kinds[0].references, 5U);
  EXPECT_TRUE(cut.can_be_weak);
  EXPECT_EQ(cut.freed_objects, 6U);
}

TEST(CycleCut, ReportsOtherGarbageThatHoldsTheCycle) {
  HeapSketch sketch;
  const auto draw_pair = [&sketch] {
    const Node one = sketch.object("app.A", 48);
    const Node other = sketch.object("app.B", 48);
    sketch.attribute(one, other, "b");
    sketch.attribute(other, one, "a");
    return one;
  };
  const Node held = draw_pair();
  const Node holder = draw_pair();
  sketch.attribute(holder, held, "held");
  const Found found(sketch.heap());
  EXPECT_EQ(found.cut(CycleId(0)).held_by_other_garbage, 1U);
  EXPECT_EQ(found.cut(CycleId(1)).held_by_other_garbage, 0U);
}

TEST(CycleCut, OfALongRingIsFoundInOnePass) {
  HeapSketch sketch;
  constexpr std::size_t kLength = 200'000;
  std::vector<Node> ring;
  for (std::size_t row = 0; row < kLength; ++row) {
    ring.push_back(sketch.object("app.Link", 48));
  }
  for (std::size_t row = 0; row < kLength; ++row) {
    sketch.attribute(ring[row], ring[(row + 1) % kLength], "next");
  }
  // A second way around every link but one.
  for (std::size_t row = 0; row + 1 < kLength; ++row) {
    sketch.attribute(ring[row], ring[row + 1], "also");
  }
  const CycleCut cut = Found(sketch.heap()).cut(CycleId(0));
  ASSERT_EQ(cut.single.size(), 1U);
  EXPECT_EQ(cut.single[0].source, HeapSketch::id(ring.back()));
  EXPECT_EQ(cut.freed_objects, kLength);
}

/// Reference counting by hand: what is freed when the cycle and its tail lose these references.
std::set<ObjectId> freed_by_counting(const Found& found,
                                     CycleId row,
                                     const std::vector<Referrer>& removed) {
  const auto counts = [&](ObjectId target, const std::set<ObjectId>& gone) {
    std::size_t count = 0;
    for (const Referrer referrer : found.heap.referrers(target)) {
      const bool inside = found.garbage.cycle_of[referrer.source.value()] == row;
      const bool cut = std::find(removed.begin(), removed.end(), referrer) != removed.end();
      count += inside && !cut && !gone.contains(referrer.source) ? 1U : 0U;
    }
    return count;
  };
  std::set<ObjectId> gone;
  for (bool more = true; more;) {
    more = false;
    for (const ObjectId id : found.heap.objects()) {
      if (found.garbage.cycle_of[id.value()] == row && !gone.contains(id) &&
          counts(id, gone) == 0) {
        gone.insert(id);
        more = true;
      }
    }
  }
  return gone;
}

/// The single references that free the cycle, found by trying each one.
std::set<std::pair<ObjectId, std::uint32_t>> single_by_trying(const Found& found, CycleId row) {
  const UnreachableCycle& cycle = found.garbage.cycle(row);
  std::set<std::pair<ObjectId, std::uint32_t>> single;
  for (const ObjectId source : cycle.members) {
    for (std::uint32_t ordinal = 0; ordinal < found.heap.out_degree(source); ++ordinal) {
      if (freed_by_counting(found, row, {{source, ordinal}}).size() ==
          cycle.members.size() + cycle.tail_objects) {
        single.emplace(source, ordinal);
      }
    }
  }
  return single;
}

void expect_right_cuts(const Heap& heap, const std::string& what, int& cycles_with_single) {
  const Found found(heap);
  const dump::IndexRange<CycleId> cycles(static_cast<std::uint32_t>(found.garbage.cycles.size()));
  for (const CycleId row : cycles) {
    const UnreachableCycle& cycle = found.garbage.cycle(row);
    const CycleCut cut = found.cut(row);
    std::set<std::pair<ObjectId, std::uint32_t>> single;
    for (const Referrer reference : cut.single) {
      single.emplace(reference.source, reference.ordinal);
    }
    ASSERT_EQ(single, single_by_trying(found, row)) << what << ", cycle " << row.value();
    ASSERT_TRUE(!single.empty() || !cut.kinds.empty()) << what;
    ASSERT_EQ(cut.freed_objects, cycle.members.size() + cycle.tail_objects) << what;
    ASSERT_EQ(cut.freed_size, cycle.size + cycle.tail_size) << what;
    cycles_with_single += single.empty() ? 0 : 1;
  }
}

TEST(CycleCut, HasAllSingleReferencesAndNoOtherOnThousandsOfSmallHeaps) {
  int cycles_with_single = 0;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    expect_right_cuts(tests::mixed_heap(seed, {10, 2, 1}), "mixed heap " + std::to_string(seed),
                      cycles_with_single);
    expect_right_cuts(
        tests::random_heap(seed, {.objects = 9, .references = 11 + seed % 5, .roots = 1}),
        "random heap " + std::to_string(seed), cycles_with_single);
  }
  EXPECT_GT(cycles_with_single, 1000);
}

}  // namespace
}  // namespace heapscan::analysis
