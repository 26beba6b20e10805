#include "analysis/paths/disjoint_paths.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/text/describe.h"
#include "analysis/text/reference_names.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/random_heap.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::RootKind;
using tests::HeapSketch;
using Node = HeapSketch::Node;

TEST(DisjointPaths, AreAllTheWaysInWhichAnObjectIsHeld) {
  HeapSketch sketch;
  const Node shop = sketch.module("shop");
  const Node cache = sketch.object("dict");
  const Node log = sketch.object("list");
  const Node session = sketch.object("Session");
  sketch.global(shop, "CACHE", cache);
  sketch.global(shop, "LOG", log);
  sketch.item(cache, session, 0);
  sketch.item(log, session, 0);
  sketch.root(session, RootKind::kFrame, "MainThread serve() session");
  const Heap heap = sketch.heap();
  // Both variables are in the dict of the module, which nobody would remove.
  const DisjointPaths found = disjoint_paths(heap, PathForest(heap), HeapSketch::id(session), 10);
  EXPECT_TRUE(found.all);
  ASSERT_EQ(found.paths.size(), 3U);
  EXPECT_EQ(path_text(heap, found.paths[0]), "frame MainThread serve() session > Session");
  EXPECT_EQ(path_text(heap, found.paths[1]), "module shop > .CACHE > [0] > Session");
  EXPECT_EQ(path_text(heap, found.paths[2]), "module shop > .LOG > [0] > Session");
}

TEST(DisjointPaths, RerouteAPathThatBlocksTwoOthers) {
  //  a -> x -> y -> t is the shortest way, and both a -> x -> t' ways need a part of it.
  HeapSketch sketch;
  const Node a = sketch.object("A");
  const Node b = sketch.object("B");
  const Node x = sketch.object("X");
  const Node y = sketch.object("Y");
  const Node detour = sketch.object("Detour");
  const Node other = sketch.object("Other");
  const Node target = sketch.object("Target");
  sketch.root(a, RootKind::kGlobal, "A");
  sketch.root(b, RootKind::kGlobal, "B");
  sketch.attribute(a, x, "x");
  sketch.attribute(x, y, "y");
  sketch.attribute(y, target, "target");
  sketch.attribute(x, detour, "detour");
  sketch.attribute(detour, other, "other");
  sketch.attribute(other, target, "target");
  sketch.attribute(b, y, "y");
  const Heap heap = sketch.heap();
  const DisjointPaths found = disjoint_paths(heap, PathForest(heap), HeapSketch::id(target), 10);
  EXPECT_TRUE(found.all);
  ASSERT_EQ(found.paths.size(), 2U);
  EXPECT_EQ(path_text(heap, found.paths[0]), "global B > .y > .target > Target");
  EXPECT_EQ(path_text(heap, found.paths[1]), "global A > .x > .detour > .other > .target > Target");
}

TEST(DisjointPaths, EndAtTheLimit) {
  HeapSketch sketch;
  const Node target = sketch.object("Target");
  for (int number = 0; number < 5; ++number) {
    sketch.root(target, RootKind::kGlobal, "G" + std::to_string(number));
  }
  const Heap heap = sketch.heap();
  const PathForest forest(heap);
  EXPECT_EQ(disjoint_paths(heap, forest, HeapSketch::id(target), 3).paths.size(), 3U);
  EXPECT_FALSE(disjoint_paths(heap, forest, HeapSketch::id(target), 3).all);
  EXPECT_TRUE(disjoint_paths(heap, forest, HeapSketch::id(target), 5).all);
}

TEST(DisjointPaths, AnUnreachableObjectHasNone) {
  HeapSketch sketch;
  const Node lost = sketch.object("Lost");
  const Heap heap = sketch.heap();
  const DisjointPaths found = disjoint_paths(heap, PathForest(heap), HeapSketch::id(lost), 3);
  EXPECT_TRUE(found.paths.empty());
  EXPECT_TRUE(found.all);
}

/// The greatest number of disjoint paths, on a matrix of how often one object refers to another, by
/// depth-first search: as simple as possible.
class MatrixFlow {
 public:
  MatrixFlow(const Heap& heap, ObjectId target)
      : nodes_(heap.object_count() + 1), left_(nodes_ * nodes_) {
    for (const Root& root : heap.roots()) {
      const bool name = root.kind == RootKind::kModule && root.object != target;
      at(heap.object_count(), root.object.value()) += name ? kMany : 1;
    }
    for (const ObjectId source : heap.objects()) {
      for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(source); ++ordinal) {
        const dump::Reference step = heap.reference(source, ordinal);
        const bool part = is_attribute_table(heap, step) && step.target != target;
        at(source.value(), step.target.value()) += part ? kMany : 1;
      }
    }
  }

  std::size_t most_to(ObjectId target) {
    std::size_t found = 0;
    for (seen_.assign(nodes_, false); push(nodes_ - 1, target.value());
         seen_.assign(nodes_, false)) {
      ++found;
    }
    return found;
  }

 private:
  static constexpr int kMany = 1000;

  int& at(std::size_t from, std::size_t to) { return left_[from * nodes_ + to]; }

  // NOLINTNEXTLINE(misc-no-recursion): a dozen objects.
  bool push(std::size_t from, std::size_t target) {
    if (from == target) {
      return true;
    }
    seen_[from] = true;
    for (std::size_t to = 0; to < nodes_; ++to) {
      if (at(from, to) > 0 && !seen_[to] && push(to, target)) {
        --at(from, to);
        ++at(to, from);
        return true;
      }
    }
    return false;
  }

  std::size_t nodes_;
  std::vector<int> left_;
  std::vector<bool> seen_;
};

void expect_disjoint(const Heap& heap, const DisjointPaths& found, ObjectId target) {
  std::set<std::pair<ObjectId, std::uint32_t>> used;
  for (const Path& path : found.paths) {
    ObjectId at = path.root.object;
    std::set<ObjectId> met = {at};
    for (const Referrer step : path.steps) {
      ASSERT_EQ(step.source, at);
      const bool part = is_attribute_table(heap, heap.reference(step));
      ASSERT_TRUE(used.emplace(step.source, step.ordinal).second || part);
      at = heap.reference(step).target;
      ASSERT_TRUE(met.insert(at).second);
    }
    ASSERT_EQ(at, target);
  }
}

void expect_as_many_as_there_are(const Heap& heap, const std::string& what) {
  const PathForest forest(heap);
  for (const ObjectId target : heap.objects()) {
    const std::size_t most = MatrixFlow(heap, target).most_to(target);
    const DisjointPaths all = disjoint_paths(heap, forest, target, 1000);
    ASSERT_EQ(all.paths.size(), most) << what << " object " << target.value();
    ASSERT_TRUE(all.all) << what;
    expect_disjoint(heap, all, target);
    const DisjointPaths some = disjoint_paths(heap, forest, target, 2);
    ASSERT_EQ(some.paths.size(), std::min<std::size_t>(most, 2)) << what;
    ASSERT_EQ(some.all, most <= 2) << what;
    expect_disjoint(heap, some, target);
  }
}

TEST(DisjointPaths, AreAsManyAsPossibleOnThousandsOfSmallHeaps) {
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    expect_as_many_as_there_are(tests::mixed_heap(seed, {10, 3, 5}),
                                "mixed heap " + std::to_string(seed));
    expect_as_many_as_there_are(
        tests::random_heap(seed, {.objects = 9, .references = 14 + seed % 15, .roots = 3}),
        "random heap " + std::to_string(seed));
  }
}

}  // namespace
}  // namespace heapscan::analysis
