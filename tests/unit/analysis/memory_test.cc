// Guards the memory that the analyses use beyond the heap, which the headers promise. Look for the
// cause before raising a number.

#include <cstddef>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "analysis/histogram/grouping.h"
#include "analysis/histogram/histogram.h"
#include "analysis/waste/waste.h"
#include "dump/heap_builder.h"
#include "tests/support/counted_allocations.h"
#include "tests/support/realistic_heap.h"

namespace heapscan::analysis {
namespace {

/// The peak of what `analysis` allocates, including its results.
template <class Analysis>
double peak_bytes_per_object(const Heap& heap, Analysis analysis) {
  const std::size_t before = tests::bytes_in_use();
  tests::reset_peak();
  const auto result = analysis(heap);
  EXPECT_GT(tests::bytes_in_use(), before);
  return static_cast<double>(tests::peak_of_bytes_in_use() - before) / heap.object_count();
}

DominatorTree dominators_of(const Heap& heap) {
  return dominator_tree(heap);
}

/// A heap whose objects are all numbered, because none is a leaf with one referrer.
Heap doubly_linked_list(std::uint32_t objects) {
  dump::HeapBuilder builder;
  const dump::TypeId type = builder.add_type("Node");
  for (std::uint32_t row = 0; row < objects; ++row) {
    const auto node = builder.add_object({0x1000 + std::uint64_t{row} * 16, type, 48, 1, {}});
    if (row > 0) {
      const dump::PendingObject before(row - 1);
      builder.add_item(before, node, 0);
      builder.add_item(node, before, 1);
    }
  }
  builder.add_root(dump::RootKind::kGlobal, dump::PendingObject(0), dump::StringId::none(), true);
  return std::move(builder).finish();
}

TEST(Memory, DominatorsTakeAtMost28BytesForEachObject) {
  const Heap heap = tests::realistic_heap(1'000'000);
  const double bytes = peak_bytes_per_object(heap, dominators_of);
  RecordProperty("bytes_per_object", std::to_string(bytes));
  EXPECT_LE(bytes, 28);
}

TEST(Memory, DominatorsOfAHeapWithoutASingleLeafTakeAtMost38BytesForEachObject) {
  const double bytes = peak_bytes_per_object(doubly_linked_list(1'000'000), dominators_of);
  RecordProperty("bytes_per_object", std::to_string(bytes));
  EXPECT_LE(bytes, 38);
}

TEST(Memory, AHeapTakesAtMost34BytesForEachObjectAnd9ForEachReference) {
  const std::size_t before = tests::bytes_in_use();
  const Heap heap = tests::realistic_heap(1'000'000);
  const auto bytes = static_cast<double>(tests::bytes_in_use() - before);
  RecordProperty("bytes_per_object", std::to_string(bytes / heap.object_count()));
  const double promised =
      34.0 * heap.object_count() + 9.0 * static_cast<double>(heap.reference_count());
  // Besides the columns there are strings, types and roots: less than one byte per object.
  EXPECT_LE(bytes, promised + heap.object_count());
}

TEST(Memory, AHistogramWithRetainedSizesTakesAtMost17BytesForEachObject) {
  const Heap heap = tests::realistic_heap(1'000'000);
  const DominatorTree tree = dominator_tree(heap);
  const double bytes = peak_bytes_per_object(
      heap, [&tree](const Heap& counted) { return histogram_by_type(counted, tree); });
  RecordProperty("bytes_per_object", std::to_string(bytes));
  EXPECT_LE(bytes, 17);
}

TEST(Memory, PathsTakeAtMost13BytesForEachObject) {
  const Heap heap = tests::realistic_heap(1'000'000);
  EXPECT_LE(peak_bytes_per_object(heap, [](const Heap& searched) { return PathForest(searched); }),
            13);
}

TEST(Memory, GroupingByReferrersTakesAtMost16BytesForEachObject) {
  const Heap heap = tests::realistic_heap(1'000'000);
  const double bytes = peak_bytes_per_object(heap, group_by_referrers);
  RecordProperty("bytes_per_object", std::to_string(bytes));
  EXPECT_LE(bytes, 16);
}

TEST(Memory, WasteTakesAtMost42BytesForEachObject) {
  const Heap heap = tests::realistic_heap(1'000'000);
  const PathForest paths(heap);
  const double bytes = peak_bytes_per_object(
      heap, [&paths](const Heap& searched) { return find_waste(searched, paths); });
  RecordProperty("bytes_per_object", std::to_string(bytes));
  EXPECT_LE(bytes, 42);
}

}  // namespace
}  // namespace heapscan::analysis
