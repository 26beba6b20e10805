#include "analysis/graph/paths.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::RootKind;
using tests::HeapSketch;

TEST(Paths, AnObjectIsReachedByTheFewestReferences) {
  HeapSketch sketch;
  const auto start = sketch.object("list");
  const auto detour = sketch.object("list");
  const auto target = sketch.object("Session");
  sketch.root(start, RootKind::kGlobal, "start");
  sketch.item(start, detour, 0);
  sketch.item(detour, target, 0);
  sketch.item(start, target, 1);
  const PathForest forest(sketch.heap());

  const std::optional<Path> path = forest.path(HeapSketch::id(target));
  ASSERT_TRUE(path.has_value());
  ASSERT_EQ(path->steps.size(), 1U);
  EXPECT_EQ(path->steps[0], (Referrer{HeapSketch::id(start), 1}));
  EXPECT_EQ(path->target, HeapSketch::id(target));
  EXPECT_EQ(forest.distance(HeapSketch::id(target)), 1U);
}

TEST(Paths, AModuleIsPreferredToANearerRootOfTheInterpreter) {
  HeapSketch sketch;
  const auto target = sketch.object("Session");
  const auto list = sketch.object("list");
  const auto shop = sketch.module("shop");
  sketch.root(target, RootKind::kNative, "");
  sketch.root(target, RootKind::kInterpreter, "state");
  sketch.global(shop, "SESSIONS", list);
  sketch.item(list, target, 0);
  const dump::Heap heap = sketch.heap();
  const PathForest forest(heap);

  const std::optional<Path> path = forest.path(HeapSketch::id(target));
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->root.kind, RootKind::kModule);
  EXPECT_EQ(path->root.object, HeapSketch::id(shop));
  EXPECT_EQ(path->steps.size(), 3U);
}

TEST(Paths, ALocalThatAliasesAGlobalDoesNotHideTheModule) {
  HeapSketch sketch;
  const auto cache = sketch.object("dict");
  sketch.root(cache, RootKind::kFrame, "MainThread serve() cache");
  const auto shop = sketch.module("shop");
  sketch.global(shop, "CACHE", cache);
  const PathForest forest(sketch.heap());
  EXPECT_EQ(forest.path(HeapSketch::id(cache))->root.object, HeapSketch::id(shop));
}

TEST(Paths, EachClassOfRootsAddsOnlyWhatNoEarlierOneReached) {
  HeapSketch sketch;
  const auto native = sketch.object("a");
  const auto builtin = sketch.object("b");
  const auto thread = sketch.object("c");
  const auto frame = sketch.object("d");
  sketch.root(native, RootKind::kNative, "");
  sketch.root(builtin, RootKind::kBuiltin, "");
  sketch.root(thread, RootKind::kThread, "MainThread exception");
  sketch.root(frame, RootKind::kFrame, "MainThread serve() request");
  sketch.item(frame, builtin, 0);
  sketch.item(builtin, thread, 0);
  sketch.item(thread, native, 0);
  const PathForest forest(sketch.heap());

  EXPECT_EQ(forest.path(HeapSketch::id(native))->root.kind, RootKind::kFrame);
  EXPECT_EQ(forest.distance(HeapSketch::id(native)), 3U);
  EXPECT_EQ(forest.order(), (std::vector{HeapSketch::id(frame), HeapSketch::id(builtin),
                                         HeapSketch::id(thread), HeapSketch::id(native)}));
}

TEST(Paths, AnUnreachableObjectHasNone) {
  HeapSketch sketch;
  const auto alone = sketch.object("Session");
  const auto other = sketch.object("Session");
  sketch.item(alone, other, 0);
  sketch.item(other, alone, 0);
  const PathForest forest(sketch.heap());

  EXPECT_FALSE(forest.reached(HeapSketch::id(alone)));
  EXPECT_EQ(forest.path(HeapSketch::id(other)), std::nullopt);
  EXPECT_TRUE(forest.order().empty());
}

TEST(Paths, AmongEqualPathsTheFirstRootAndTheFirstReferenceWin) {
  HeapSketch sketch;
  const auto target = sketch.object("Session");
  const auto second = sketch.object("list");
  const auto first = sketch.object("list");
  sketch.root(first, RootKind::kGlobal, "first");
  sketch.root(second, RootKind::kGlobal, "second");
  sketch.root(first, RootKind::kGlobal, "again");
  sketch.item(second, target, 0);
  sketch.item(first, target, 0);
  sketch.item(first, target, 1);
  const dump::Heap heap = sketch.heap();
  const PathForest forest(heap);

  const std::optional<Path> path = forest.path(HeapSketch::id(target));
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(heap.string(path->root.label), "first");
  EXPECT_EQ(path->steps[0].ordinal, 0U);
}

TEST(Paths, AListOfAMillionNodesDoesNotOverflowTheStack) {
  constexpr std::uint32_t kNodes = 1'000'000;
  dump::HeapBuilder builder;
  const auto type = builder.add_type("Node");
  const auto next = builder.intern("next");
  for (std::uint32_t row = 0; row < kNodes; ++row) {
    builder.add_object(
        {.address = 0x1000 + row * 64ULL, .type = type, .size = 48, .refcount = 1, .flags = {}});
    if (row > 0) {
      builder.add_attribute(dump::PendingObject(row - 1), dump::PendingObject(row), next);
    }
  }
  builder.add_root(RootKind::kGlobal, dump::PendingObject(0), builder.intern("HEAD"), true);
  const PathForest forest(std::move(builder).finish());

  EXPECT_EQ(forest.distance(dump::ObjectId(kNodes - 1)), kNodes - 1);
  EXPECT_EQ(forest.path(dump::ObjectId(kNodes - 1))->steps.size(), kNodes - 1);
}

/// The class of roots whose search comes first, second, ...
unsigned class_of(RootKind kind) {
  switch (kind) {
    case RootKind::kFrame:
      return 1;
    case RootKind::kThread:
    case RootKind::kInterpreter:
      return 2;
    case RootKind::kBuiltin:
      return 3;
    case RootKind::kNative:
      return 4;
    default:
      return 0;
  }
}

/// Shortens distances by following one more reference; false if nothing can be shortened.
bool relax(const dump::Heap& heap, std::vector<int>& distance) {
  bool changed = false;
  for (const ObjectId source : heap.objects()) {
    const int found = distance[source.value()] + 1;
    for (const ObjectId target : heap.targets(source)) {
      int& known = distance[target.value()];
      if (found > 0 && (known < 0 || known > found)) {
        known = found;
        changed = true;
      }
    }
  }
  return changed;
}

/// The distances from the roots of one class, by relaxing all references until nothing changes; -1
/// for none.
std::vector<int> naive_distances(const dump::Heap& heap, unsigned searched) {
  std::vector<int> distance(heap.object_count(), -1);
  for (const Root& root : heap.roots()) {
    if (class_of(root.kind) == searched) {
      distance[root.object.value()] = 0;
    }
  }
  while (relax(heap, distance)) {
  }
  return distance;
}

/// The distance from the first class that reaches the object.
std::vector<int> naive_distances(const dump::Heap& heap) {
  std::vector<int> result(heap.object_count(), -1);
  for (unsigned searched = 0; searched < 5; ++searched) {
    const std::vector<int> found = naive_distances(heap, searched);
    for (std::size_t row = 0; row < result.size(); ++row) {
      result[row] = result[row] < 0 ? found[row] : result[row];
    }
  }
  return result;
}

/// Checks that every step leads to the source of the next one, and the last one to the target.
void expect_connected(const dump::Heap& heap, const Path& path) {
  ObjectId at = path.root.object;
  for (const Referrer step : path.steps) {
    ASSERT_EQ(step.source, at);
    at = heap.reference(step).target;
  }
  EXPECT_EQ(at, path.target);
}

TEST(Paths, AreShortestOnRandomHeaps) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    const dump::Heap heap = tests::mixed_heap(seed);
    const PathForest forest(heap);
    const std::vector<int> expected = naive_distances(heap);
    const std::vector<std::uint32_t> distances = forest.distances();
    for (const ObjectId id : heap.objects()) {
      const std::optional<Path> path = forest.path(id);
      ASSERT_EQ(path.has_value(), expected[id.value()] >= 0) << "seed " << seed;
      if (path.has_value()) {
        EXPECT_EQ(std::ssize(path->steps), expected[id.value()]) << "seed " << seed;
        EXPECT_EQ(forest.distance(id), path->steps.size());
        EXPECT_EQ(distances[id.value()], path->steps.size());
        expect_connected(heap, *path);
      } else {
        EXPECT_EQ(distances[id.value()], PathForest::kUnreached) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
