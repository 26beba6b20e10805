#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/cycles/cycles.h"
#include "analysis/graph/dominators.h"
#include "analysis/growth/growth.h"
#include "analysis/histogram/histogram.h"
#include "dump/runtime/memory/pool.h"
#include "dump/runtime/scenarios/scenario.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/text.h"
#include "tests/support/oracles.h"

namespace heapscan::dump::runtime::scenarios {
namespace {

/// The dumps after each of the steps.
std::vector<Heap> series(std::string_view name, std::uint64_t steps) {
  std::vector<Heap> heaps;
  play(*find(name), steps, [&heaps](std::uint64_t, const Runtime& runtime) {
    heaps.push_back(reproducible_dump(runtime));
  });
  return heaps;
}

Heap last_dump(std::string_view name, std::uint64_t steps) {
  return std::move(series(name, steps).back());
}

analysis::Garbage garbage_of(const Heap& heap) {
  return analysis::find_garbage(heap, tests::reachable_objects(heap));
}

/// The rows of the histogram by type.
std::map<std::string, analysis::HistogramRow> types_of(const Heap& heap) {
  std::map<std::string, analysis::HistogramRow> rows;
  const analysis::DominatorTree dominators = analysis::dominator_tree(heap);
  for (const analysis::HistogramRow& row : analysis::histogram_by_type(heap, dominators).rows) {
    rows.emplace(row.name, row);
  }
  return rows;
}

/// What holds the objects that grew most from the first to the last dump.
analysis::GrowthRow top_holder(std::string_view name) {
  const std::vector<Heap> heaps = series(name, 3);
  return analysis::compare(
             {analysis::profile_of(heaps.front()), analysis::profile_of(heaps.back())})
      .by_holder.at(0);
}

/// The distinct objects to which an attribute of a module refers, and their bytes.
struct Items {
  std::set<std::uint32_t> ids;
  std::uint64_t size = 0;
};

void add_items(const Heap& heap, ObjectId holder, Items& items) {
  for (std::uint32_t row = 0; row < heap.out_degree(holder); ++row) {
    const ObjectId item = heap.reference(holder, row).target;
    if (items.ids.insert(item.value()).second) {
      items.size += heap.size(item);
    }
  }
}

Items items_of(const Heap& heap, std::string_view variable) {
  Items items;
  for (std::uint32_t id = 0; id < heap.object_count(); ++id) {
    for (std::uint32_t row = 0; row < heap.out_degree(ObjectId(id)); ++row) {
      const Reference reference = heap.reference(ObjectId(id), row);
      if (reference.kind == ReferenceKind::kValue &&
          heap.value(ObjectId(reference.label)) == variable) {
        add_items(heap, reference.target, items);
      }
    }
  }
  return items;
}

TEST(Scenarios, AreFoundByTheirNames) {
  for (const Scenario& scenario : all()) {
    EXPECT_EQ(find(scenario.name), &scenario);
    EXPECT_FALSE(scenario.shows.empty());
  }
  EXPECT_EQ(find("no-such-scenario"), nullptr);
}

TEST(Scenarios, LeaveNoReferenceCountUnexplained) {
  for (const Scenario& scenario : all()) {
    const Heap heap = last_dump(scenario.name, 5);
    EXPECT_TRUE(std::none_of(heap.roots().begin(), heap.roots().end(), [](const Root& root) {
      return root.kind == RootKind::kNative;
    })) << scenario.name;
  }
}

TEST(Scenarios, OnlyTheCyclesLeaveGarbage) {
  for (const Scenario& scenario : all()) {
    const bool is_cycle =
        scenario.name == "circular-reference" || scenario.name == "finalizer-cycle";
    EXPECT_EQ(garbage_of(last_dump(scenario.name, 30)).objects > 0, is_cycle) << scenario.name;
  }
}

TEST(Scenarios, CircularReferenceLeavesACycleOfTwoForEachStep) {
  const analysis::Garbage garbage = garbage_of(last_dump("circular-reference", 12));
  EXPECT_EQ(garbage.cycles.size(), 12U);
  ASSERT_EQ(garbage.groups.size(), 1U);
  EXPECT_EQ(garbage.groups[0].objects, 24U);
  EXPECT_FALSE(garbage.groups[0].has_finalizer);
  EXPECT_NE(garbage.groups[0].signature.find("family.Parent"), std::string::npos);
}

TEST(Scenarios, FinalizerCycleLeavesCyclesWithFinalizers) {
  const analysis::Garbage garbage = garbage_of(last_dump("finalizer-cycle", 12));
  EXPECT_EQ(garbage.cycles.size(), 12U);
  ASSERT_EQ(garbage.groups.size(), 1U);
  EXPECT_TRUE(garbage.groups[0].has_finalizer);
}

TEST(Scenarios, WeakReferenceCureKeepsOnlyThePairsThatAreHeld) {
  const Heap heap = last_dump("weak-reference-cure", 12);
  EXPECT_EQ(garbage_of(heap).objects, 0U);
  EXPECT_EQ(types_of(heap).at("family.Parent").objects, 12U);
  EXPECT_EQ(types_of(heap).at("family.Child").objects, 12U);
}

TEST(Scenarios, UnboundedCacheGrowsInTheModulesCache) {
  const analysis::GrowthRow holder = top_holder("unbounded-cache");
  EXPECT_EQ(holder.key, "module shop > .cache > dict[*] > shop.Page");
  EXPECT_EQ(holder.instance_growth(), 40);
}

TEST(Scenarios, ListenerLeakGrowsInTheListOfListeners) {
  const analysis::GrowthRow holder = top_holder("listener-leak");
  EXPECT_EQ(holder.key, "module desktop > .bus > .listeners > list[*] > desktop.Window");
  EXPECT_EQ(holder.instance_growth(), 40);
}

TEST(Scenarios, ClosureLeakKeepsTheBodiesOfRequestsInCells) {
  EXPECT_EQ(top_holder("closure-leak").key, "module server > .callbacks > list[*] > function");
  const auto types = types_of(last_dump("closure-leak", 10));
  EXPECT_EQ(types.at("cell").objects, 200U);
  EXPECT_EQ(types.at("server.Request").objects, 200U);
  EXPECT_GT(types.at("cell").retained, 200U * 200);
}

TEST(Scenarios, PointsWithADictRetainThreeTimesAsMuchAsThoseWithSlots) {
  const auto types = types_of(last_dump("slots-against-dict", 10));
  const analysis::HistogramRow& with_dict = types.at("geometry.DictPoint");
  const analysis::HistogramRow& with_slots = types.at("geometry.SlotPoint");
  EXPECT_EQ(with_dict.objects, with_slots.objects);
  EXPECT_NEAR(static_cast<double>(with_dict.retained) / static_cast<double>(with_slots.retained), 3,
              0.2);
}

TEST(Scenarios, InterningKeepsTenStringsInsteadOfOneForEachItem) {
  const Heap heap = last_dump("interning", 10);
  EXPECT_EQ(items_of(heap, "copies").ids.size(), 200U);
  EXPECT_EQ(items_of(heap, "interned").ids.size(), 10U);
}

TEST(Scenarios, AListHoldsObjectsAnArrayBytesAndAGeneratorOnlyTheLastNumber) {
  const Heap heap = last_dump("list-array-generator", 10);
  EXPECT_EQ(items_of(heap, "in_list").ids.size(), 200U);
  EXPECT_EQ(items_of(heap, "in_list").size, 200U * 28);
  EXPECT_EQ(items_of(heap, "in_array").ids.size(), 0U);
  EXPECT_EQ(items_of(heap, "generator").ids.size(), 1U);
  const auto types = types_of(heap);
  EXPECT_GT(types.at("list").retained, 4 * types.at("array.array").retained);
  EXPECT_LT(types.at("generator").retained, 100U);
}

TEST(Scenarios, FragmentationLeavesPoolsMostlyEmpty) {
  const Heap heap = last_dump("fragmentation", 16);
  const auto records = types_of(heap).at("bytes");
  EXPECT_EQ(records.objects, 16U * 8);
  std::uint64_t size = 0;
  std::uint64_t used = 0;
  for (const MemoryRegion& region : heap.columns().regions) {
    if (region.kind == RegionKind::kPool && region.block_size >= 240) {
      size += region.size;
      used += region.used;
    }
  }
  EXPECT_GT(size, 5 * used);
}

TEST(NumberedAddresses, AreUniqueAscendAndLieInTheirPools) {
  const Heap heap = last_dump("unbounded-cache", 60);
  std::uint64_t last = 0;
  for (std::uint32_t id = 0; id < heap.object_count(); ++id) {
    EXPECT_GT(heap.address(ObjectId(id)), last);
    last = heap.address(ObjectId(id));
  }
  std::uint64_t arenas = 0;
  std::set<std::uint64_t> pools;
  for (const MemoryRegion& region : heap.columns().regions) {
    arenas += region.kind == RegionKind::kArena ? 1 : 0;
    if (region.kind == RegionKind::kPool) {
      pools.insert(region.address);
    }
  }
  EXPECT_GE(arenas, 2U);
  for (std::uint32_t id = 0; id < heap.object_count(); ++id) {
    EXPECT_TRUE(pools.contains(heap.address(ObjectId(id)) / kPoolSize * kPoolSize));
  }
}

TEST(NumberedAddresses, PutLargeObjectsAfterTheArenasInOrderOfCreation) {
  Runtime runtime;
  const Ref first = bytes::make(runtime, std::string(5000, 'a'));
  const Ref second = bytes::make(runtime, std::string(600, 'b'));
  const Ref third = bytes::make(runtime, std::string(50000, 'c'));
  const Heap heap = reproducible_dump(runtime);
  ASSERT_GT(heap.object_count(), 3U);
  std::vector<std::uint64_t> sizes;
  for (std::uint32_t id = heap.object_count() - 3; id < heap.object_count(); ++id) {
    EXPECT_GE(heap.address(ObjectId(id)), kFirstNumberedLargeObject);
    sizes.push_back(heap.size(ObjectId(id)));
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{5033, 633, 50033}));
}

}  // namespace
}  // namespace heapscan::dump::runtime::scenarios
