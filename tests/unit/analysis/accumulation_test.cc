#include "analysis/suspects/accumulation.h"

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;

dump::ObjectId gathers_at(const HeapSketch& sketch, HeapSketch::Node holder) {
  const dump::Heap heap = sketch.heap();
  return accumulation_points(heap, dominator_tree(heap), {HeapSketch::id(holder)}).front();
}

TEST(AccumulationPoints, LieWhereOneHolderBecomesMany) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto cache = sketch.object("Cache", 64);
  const auto entries = sketch.object("dict", 64);
  sketch.global(module, "CACHE", cache);
  sketch.attribute(cache, entries, "entries");
  for (std::uint32_t number = 0; number < 10; ++number) {
    sketch.item(entries, sketch.object("Session", 1000), number);
  }
  EXPECT_EQ(gathers_at(sketch, module), HeapSketch::id(entries));
}

TEST(AccumulationPoints, OfAnObjectThatHoldsNothingElseIsItself) {
  HeapSketch sketch;
  const auto buffer = sketch.object("bytes", 1000);
  sketch.root(buffer, dump::RootKind::kGlobal, "buffer");
  EXPECT_EQ(gathers_at(sketch, buffer), HeapSketch::id(buffer));
}

TEST(AccumulationPoints, OfALinkedListIsItsFirstLink) {
  HeapSketch sketch;
  const auto module = sketch.module("jobs");
  const auto head = sketch.object("Job", 64);
  sketch.global(module, "HEAD", head);
  auto last = head;
  for (int number = 0; number < 1000; ++number) {
    const auto next = sketch.object("Job", 64);
    sketch.attribute(last, next, "next");
    last = next;
  }
  EXPECT_EQ(gathers_at(sketch, module), HeapSketch::id(head));
}

}  // namespace
}  // namespace heapscan::analysis
