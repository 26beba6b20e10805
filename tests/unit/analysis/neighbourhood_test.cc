#include "analysis/graph/neighbourhood.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::ObjectId;
using dump::Referrer;
using tests::HeapSketch;

std::vector<ObjectId> objects(const Neighbourhood& found) {
  std::vector<ObjectId> ids;
  for (const Neighbourhood::Member& member : found.members) {
    ids.push_back(member.object);
  }
  return ids;
}

/// a -> b -> c -> d, and a -> c.
struct Chain {
  HeapSketch sketch;
  HeapSketch::Node a = sketch.object("list");
  HeapSketch::Node b = sketch.object("list");
  HeapSketch::Node c = sketch.object("list");
  HeapSketch::Node d = sketch.object("list");

  Chain() {
    sketch.item(a, b, 0);
    sketch.item(b, c, 0);
    sketch.item(c, d, 0);
    sketch.item(a, c, 1);
  }
};

TEST(Neighbourhood, EndsAtItsDepth) {
  const Chain chain;
  const dump::Heap heap = chain.sketch.heap();
  const auto found = neighbourhood(heap, {HeapSketch::id(chain.a)}, Direction::kOut, {1, 10});
  EXPECT_EQ(objects(found), (std::vector{HeapSketch::id(chain.a), HeapSketch::id(chain.b),
                                         HeapSketch::id(chain.c)}));
  EXPECT_EQ(found.members[0].distance, 0U);
  EXPECT_EQ(found.members[2].distance, 1U);
  EXPECT_EQ(found.omitted, 0U);
}

TEST(Neighbourhood, HasAllReferencesBetweenItsMembers) {
  const Chain chain;
  const dump::Heap heap = chain.sketch.heap();
  const auto found = neighbourhood(heap, {HeapSketch::id(chain.a)}, Direction::kOut, {1, 10});
  EXPECT_EQ(found.references, (std::vector<Referrer>{{HeapSketch::id(chain.a), 0},
                                                     {HeapSketch::id(chain.a), 1},
                                                     {HeapSketch::id(chain.b), 0}}));
}

TEST(Neighbourhood, CanFollowReferrers) {
  const Chain chain;
  const dump::Heap heap = chain.sketch.heap();
  const auto found = neighbourhood(heap, {HeapSketch::id(chain.c)}, Direction::kIn, {5, 10});
  EXPECT_EQ(objects(found), (std::vector{HeapSketch::id(chain.c), HeapSketch::id(chain.a),
                                         HeapSketch::id(chain.b)}));
}

TEST(Neighbourhood, CountsWhatTheLimitOmits) {
  const Chain chain;
  const dump::Heap heap = chain.sketch.heap();
  const auto found = neighbourhood(heap, {HeapSketch::id(chain.a)}, Direction::kOut, {9, 2});
  EXPECT_EQ(objects(found), (std::vector{HeapSketch::id(chain.a), HeapSketch::id(chain.b)}));
  EXPECT_EQ(found.omitted, 2U);
  EXPECT_EQ(found.references.size(), 1U);
}

TEST(Neighbourhood, ALimitOfZeroMeansNoLimit) {
  const Chain chain;
  const auto found =
      neighbourhood(chain.sketch.heap(), {HeapSketch::id(chain.a)}, Direction::kOut, {9, 0});
  EXPECT_EQ(found.members.size(), 4U);
}

TEST(Neighbourhood, ASeedGivenTwiceIsOneMember) {
  const Chain chain;
  const ObjectId d = HeapSketch::id(chain.d);
  EXPECT_EQ(objects(neighbourhood(chain.sketch.heap(), {d, d}, Direction::kOut, {3, 0})),
            std::vector{d});
}

/// The lengths of all shortest paths, by Floyd's algorithm.
std::vector<std::vector<std::uint32_t>> all_distances(const dump::Heap& heap) {
  constexpr std::uint32_t kFar = std::numeric_limits<std::uint32_t>::max() / 2;
  const std::size_t count = heap.object_count();
  std::vector<std::vector<std::uint32_t>> length(count, std::vector<std::uint32_t>(count, kFar));
  for (const ObjectId id : heap.objects()) {
    for (const ObjectId target : heap.targets(id)) {
      length[id.value()][target.value()] = 1;
    }
    length[id.value()][id.value()] = 0;
  }
  for (std::size_t via = 0; via < count; ++via) {
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = 0; to < count; ++to) {
        length[from][to] = std::min(length[from][to], length[from][via] + length[via][to]);
      }
    }
  }
  return length;
}

TEST(Neighbourhood, AgreesWithFloydOnRandomHeaps) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    const dump::Heap heap = tests::mixed_heap(seed);
    const auto length = all_distances(heap);
    const ObjectId start(seed % std::max(heap.object_count(), 1U));
    const std::uint32_t depth = seed % 4;
    for (const Direction direction : {Direction::kIn, Direction::kOut}) {
      const auto found = neighbourhood(heap, {start}, direction, {depth, 0});
      std::size_t expected = 0;
      for (const ObjectId id : heap.objects()) {
        const std::uint32_t distance = direction == Direction::kOut
                                           ? length[start.value()][id.value()]
                                           : length[id.value()][start.value()];
        expected += distance <= depth ? 1 : 0;
      }
      EXPECT_EQ(found.members.size(), expected) << "seed " << seed;
      for (const auto& member : found.members) {
        EXPECT_EQ(member.distance, direction == Direction::kOut
                                       ? length[start.value()][member.object.value()]
                                       : length[member.object.value()][start.value()]);
      }
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
