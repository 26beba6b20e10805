#include "analysis/histogram/histogram.h"

#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/oracles.h"
#include "tests/support/random_heap.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;

Histogram histogram(const Heap& heap) {
  return histogram_by_type(heap, dominator_tree(heap));
}

TEST(Histogram, RowsAreSortedByDescendingSizeAndAddUpToTheHeap) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 100);
  const auto one = sketch.object("int", 28);
  const auto two = sketch.object("int", 28);
  const auto text = sketch.text("a", 56);
  sketch.item(list, one, 0);
  sketch.item(list, two, 1);
  sketch.item(list, text, 2);
  sketch.root(list, dump::RootKind::kGlobal, "list");

  const Histogram result = histogram(sketch.heap());
  ASSERT_EQ(result.rows.size(), 3U);
  EXPECT_EQ(result.rows[0], (HistogramRow{"list", 1, 100, 212}));
  EXPECT_EQ(result.rows[1], (HistogramRow{"int", 2, 56, 56}));
  EXPECT_EQ(result.rows[2], (HistogramRow{"str", 1, 56, 56}));
  EXPECT_EQ(result.objects, 4U);
  EXPECT_EQ(result.size, 212U);
}

TEST(Histogram, RowsOfEqualSizeAndCountAreSortedByName) {
  HeapSketch sketch;
  sketch.object("b", 10);
  sketch.object("c", 10);
  sketch.object("a", 10);
  const Histogram result = histogram(sketch.heap());
  ASSERT_EQ(result.rows.size(), 3U);
  EXPECT_EQ(result.rows[0].name, "a");
  EXPECT_EQ(result.rows[1].name, "b");
  EXPECT_EQ(result.rows[2].name, "c");
}

TEST(Histogram, TwoTypesWithOneNameAreOneRow) {
  dump::HeapBuilder builder;
  const dump::TypeId first = builder.add_type("app.Session");
  const dump::TypeId second = builder.add_type("app.Session");
  const auto outer = builder.add_object({0x1000, first, 10, 1, {}});
  const auto inner = builder.add_object({0x2000, second, 20, 1, {}});
  builder.add_item(outer, inner, 0);
  builder.add_root(dump::RootKind::kGlobal, outer, dump::StringId::none(), true);

  const Histogram result = histogram(std::move(builder).finish());
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0], (HistogramRow{"app.Session", 2, 30, 30}));
}

TEST(Histogram, ATypeWithoutObjectsHasNoRow) {
  dump::HeapBuilder builder;
  builder.add_type("app.Never");
  EXPECT_TRUE(histogram(std::move(builder).finish()).rows.empty());
}

TEST(Histogram, NestedInstancesOfOneTypeRetainTheirBytesOnce) {
  HeapSketch sketch;
  const auto outer = sketch.object("dict", 1);
  const auto list = sketch.object("list", 10);
  const auto inner = sketch.object("dict", 100);
  const auto innermost = sketch.object("dict", 1000);
  sketch.attribute(outer, list, "items");
  sketch.item(list, inner, 0);
  sketch.attribute(inner, innermost, "x");
  sketch.root(outer, dump::RootKind::kGlobal, "outer");

  const Histogram result = histogram(sketch.heap());
  ASSERT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0], (HistogramRow{"dict", 3, 1101, 1111}));
  EXPECT_EQ(result.rows[1], (HistogramRow{"list", 1, 10, 1110}));
}

TEST(Histogram, InstancesThatAreNotNestedAddUp) {
  HeapSketch sketch;
  for (int copy = 0; copy < 3; ++copy) {
    const auto dict = sketch.object("dict", 10);
    const auto text = sketch.text("a", 5);
    sketch.entry(dict, text, text);
    sketch.root(dict, dump::RootKind::kGlobal, "d");
  }
  const Histogram result = histogram(sketch.heap());
  EXPECT_EQ(result.rows.at(0), (HistogramRow{"dict", 3, 30, 45}));
  EXPECT_EQ(result.rows.at(1), (HistogramRow{"str", 3, 15, 15}));
}

TEST(Histogram, UnreachableObjectsAreCountedButRetainNothing) {
  HeapSketch sketch;
  const auto garbage = sketch.object("list", 10);
  const auto other = sketch.object("list", 10);
  sketch.item(garbage, other, 0);
  sketch.item(other, garbage, 0);
  const Histogram result = histogram(sketch.heap());
  EXPECT_EQ(result.rows.at(0), (HistogramRow{"list", 2, 20, 0}));
}

TEST(Histogram, RandomHeapsAgreeWithLookingAtEveryDominatorOfEveryObject) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Heap heap =
        tests::random_heap(seed, {.objects = 60, .references = 90, .roots = 3, .types = 6});
    const DominatorTree tree = dominator_tree(heap);
    const Histogram result = histogram_by_type(heap, tree);
    const std::map<std::string, std::uint64_t> expected = tests::retained_by_name(heap, tree);
    ASSERT_EQ(result.rows.size(), expected.size());
    for (const HistogramRow& row : result.rows) {
      ASSERT_EQ(row.retained, expected.at(row.name)) << "seed " << seed << " type " << row.name;
    }
    ASSERT_EQ(result.objects, heap.object_count());
  }
}

}  // namespace
}  // namespace heapscan::analysis
