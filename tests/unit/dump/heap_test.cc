#include "dump/heap.h"

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"

namespace heapscan::dump {
namespace {

using tests::HeapSketch;

TEST(Heap, AnObjectKnowsWhatItRefersToAndWhatRefersToIt) {
  HeapSketch sketch;
  const auto list = sketch.object("list", 72);
  const auto text = sketch.text("abc");
  sketch.item(list, text, 0);
  sketch.item(list, text, 1);
  const Heap heap = sketch.heap();

  ASSERT_EQ(heap.targets(HeapSketch::id(list)).size(), 2U);
  EXPECT_EQ(heap.targets(HeapSketch::id(list))[0], HeapSketch::id(text));
  ASSERT_EQ(heap.referrers(HeapSketch::id(text)).size(), 2U);
  EXPECT_EQ(heap.referrers(HeapSketch::id(text))[1], (Referrer{HeapSketch::id(list), 1}));
  EXPECT_EQ(heap.value(HeapSketch::id(text)), "abc");
  EXPECT_EQ(heap.refcount(HeapSketch::id(text)), 2U);
}

}  // namespace
}  // namespace heapscan::dump
