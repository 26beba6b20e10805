#include "tests/support/realistic_heap.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <boost/graph/strong_components.hpp>
#include <gtest/gtest.h>

#include "analysis/graph/paths.h"
#include "analysis/growth/holder_tree.h"
#include "analysis/growth/profile.h"
#include "analysis/growth/turnover.h"
#include "dump/heap_graph.h"
#include "tests/support/oracles.h"

namespace heapscan::tests {
namespace {

using dump::Heap;
using dump::ObjectId;

double share(const Heap& heap, std::int64_t count) {
  return static_cast<double>(count) / heap.object_count();
}

/// Measurements on the generated heap are worth only as much as its likeness to real ones.
TEST(RealisticHeap, HasTheStatisticsOfRealHeaps) {
  const Heap heap = realistic_heap(300'000);
  EXPECT_NEAR(share(heap, static_cast<std::int64_t>(heap.reference_count())), 2.1, 0.3);
  const auto count = [&](auto condition) {
    const auto objects = heap.objects();
    return std::count_if(objects.begin(), objects.end(), condition);
  };
  const auto referrers = [&](ObjectId id) { return heap.referrers(id).size(); };
  EXPECT_NEAR(share(heap, count([&](ObjectId id) { return heap.out_degree(id) == 0; })), 0.54,
              0.05);
  EXPECT_NEAR(share(heap, count([&](ObjectId id) { return referrers(id) <= 1; })), 0.94, 0.03);
  EXPECT_GE(count([&](ObjectId id) { return referrers(id) > heap.object_count() / 20; }), 1);
  EXPECT_NEAR(share(heap, tests::reachable_objects(heap).count()), 0.99, 0.008);

  std::vector<std::uint32_t> component(heap.object_count());
  const std::uint32_t components = boost::strong_components(
      heap, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, heap)));
  std::vector<std::int64_t> members(components);
  for (const std::uint32_t of_object : component) {
    ++members[of_object];
  }
  EXPECT_NEAR(share(heap, *std::max_element(members.begin(), members.end())), 0.16, 0.06);
}

TEST(RealisticHeap, IsTheSameForTheSameArguments) {
  const Heap first = realistic_heap(5000, 7);
  const Heap second = realistic_heap(5000, 7);
  const Heap other = realistic_heap(5000, 8);
  const auto targets = [](const Heap& heap) {
    return std::vector<ObjectId>(heap.columns().target.begin(), heap.columns().target.end());
  };
  EXPECT_EQ(targets(first), targets(second));
  EXPECT_NE(targets(first), targets(other));
}

TEST(RealisticHeap, AtTwoMomentsSharesTheObjectsThatLast) {
  const Heap before = realistic_heap_at({0, 40'000, 1000});
  const Heap after = realistic_heap_at({1, 40'000, 3000});
  ASSERT_TRUE(analysis::is_same_process(before.facts(), after.facts()));
  const analysis::PathForest paths(after);
  std::vector<analysis::NodeId> node_of_object;
  const analysis::HolderTree holders(after, paths, node_of_object);
  const analysis::Turnover changes =
      analysis::turnover(before, after, paths, {holders, node_of_object});
  EXPECT_NEAR(static_cast<double>(changes.survivors.objects), 40'000, 500);
  EXPECT_NEAR(static_cast<double>(changes.fresh.objects), 3000, 500);
  EXPECT_NEAR(static_cast<double>(changes.freed.objects), 1000, 500);
  EXPECT_GT(changes.reused, 100U);
}

}  // namespace
}  // namespace heapscan::tests
