#include "analysis/growth/growth.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using tests::HeapSketch;
using Node = HeapSketch::Node;

Growth compare_heaps(const Heap& before, const Heap& after) {
  return compare({profile_of(before), profile_of(after)});
}

/// A program with a cache of sessions, each with a dict, a name and a history.
HeapSketch shop(std::uint32_t sessions, std::uint32_t orders_of_each = 2) {
  HeapSketch sketch;
  const Node module = sketch.module("shop.cache");
  const Node cache = sketch.object("dict", 64 + 100ULL * sessions);
  sketch.global(module, "_SESSIONS", cache);
  for (std::uint32_t row = 0; row < sessions; ++row) {
    const Node session = sketch.object("Session", 48);
    const Node attributes = sketch.object("dict", 104);
    const Node orders = sketch.object("list", 72);
    sketch.entry(cache, sketch.text("u-" + std::to_string(row)), session);
    sketch.attribute(session, attributes, "__dict__");
    sketch.entry(attributes, sketch.text("name"), sketch.text("Ann"));
    sketch.entry(attributes, sketch.text("orders"), orders);
    for (std::uint32_t order = 0; order < orders_of_each; ++order) {
      sketch.item(orders, sketch.object("Order", 40), order);
    }
  }
  return sketch;
}

const GrowthRow* find(const std::vector<GrowthRow>& rows, std::string_view key) {
  for (const GrowthRow& row : rows) {
    if (row.key == key) {
      return &row;
    }
  }
  return nullptr;
}

TEST(Growth, ALeakIsOneRowNamedAtThePlaceThatAccumulates) {
  const Growth growth = compare_heaps(shop(10).heap(), shop(1010).heap());

  ASSERT_EQ(growth.by_holder.size(), 2U);
  const GrowthRow& leak = growth.by_holder[0];
  EXPECT_EQ(leak.key, "module shop.cache > ._SESSIONS > dict[*] > Session");
  EXPECT_EQ(leak.instance_growth(), 1000);
  EXPECT_EQ(leak.first().instances, 10U);
  // The session, its key, dict, list, two orders, the name and the strings of two attributes.
  EXPECT_EQ(leak.object_growth(), 9000);
  // And the table of the dict, which grew although there is still only one dict.
  EXPECT_EQ(growth.by_holder[1].key, "module shop.cache > ._SESSIONS > dict");
  EXPECT_EQ(growth.by_holder[1].object_growth(), 0);
  EXPECT_EQ(growth.by_holder[1].size_growth(), 100'000);
}

TEST(Growth, BelowAnUnchangedHolderTheNextOneIsNamed) {
  const Growth growth = compare_heaps(shop(10, 2).heap(), shop(10, 7).heap());
  ASSERT_EQ(growth.by_holder.size(), 1U);
  EXPECT_EQ(growth.by_holder[0].key,
            "module shop.cache > ._SESSIONS > dict[*] > .orders > list[*] > Order");
  EXPECT_EQ(growth.by_holder[0].object_growth(), 50);
}

/// Workers with caches: that of the first has this many entries, those of the others ten.
HeapSketch workers(std::uint32_t count, std::uint32_t entries_of_first) {
  HeapSketch sketch;
  const Node pool = sketch.object("list", 72);
  sketch.root(pool, dump::RootKind::kGlobal, "POOL");
  for (std::uint32_t row = 0; row < count; ++row) {
    const Node worker = sketch.object("Worker", 48);
    const Node cache = sketch.object("list", 72);
    sketch.item(pool, worker, row);
    sketch.attribute(worker, cache, "cache");
    for (std::uint32_t entry = 0; entry < (row == 0 ? entries_of_first : 10); ++entry) {
      sketch.item(cache, sketch.object("Entry", 40), entry);
    }
  }
  return sketch;
}

TEST(Growth, AnAdditionalHolderDoesNotHideWhatAccumulatesBelowAnother) {
  const Growth growth = compare_heaps(workers(8, 10).heap(), workers(9, 50'000).heap());
  ASSERT_EQ(growth.by_holder.size(), 2U);
  EXPECT_EQ(growth.by_holder[0].key, "global POOL > list[*] > .cache > list[*] > Entry");
  EXPECT_EQ(growth.by_holder[0].object_growth(), 50'000);
  EXPECT_EQ(growth.by_holder[1].key, "global POOL > list[*] > Worker");
  EXPECT_EQ(growth.by_holder[1].object_growth(), 2);
}

TEST(Growth, AnAdditionalHolderThatHoldsSlightlyMoreThanTheOthersIsOneRow) {
  const Growth growth = compare_heaps(workers(8, 10).heap(), workers(9, 100).heap());
  ASSERT_EQ(growth.by_holder.size(), 1U);
  EXPECT_EQ(growth.by_holder[0].key, "global POOL > list[*] > Worker");
}

TEST(Growth, IsZeroBetweenEqualHeaps) {
  const Growth growth = compare_heaps(shop(10).heap(), shop(10).heap());
  EXPECT_TRUE(growth.by_type.empty());
  EXPECT_TRUE(growth.by_holder.empty());
  EXPECT_EQ(growth.total.first(), growth.total.last());
}

TEST(Growth, TypesWithOneNameAreOneRow) {
  const Growth growth = compare_heaps(shop(10).heap(), shop(11).heap());
  const GrowthRow* dict = find(growth.by_type, "dict");
  ASSERT_NE(dict, nullptr);
  EXPECT_EQ(dict->first().objects, 12U);
  EXPECT_EQ(dict->last().objects, 13U);
  EXPECT_EQ(dict->size_growth(), 204);
  EXPECT_EQ(dict->instance_growth(), 1);
  EXPECT_EQ(find(growth.by_type, "module"), nullptr);
}

TEST(Growth, RowsAreSortedByGrowthOfBytesThenObjectsThenKey) {
  HeapSketch before;
  HeapSketch after;
  before.root(before.object("gone", 100), dump::RootKind::kGlobal, "a");
  for (const char* type : {"b", "a"}) {
    after.root(after.object(type, 100), dump::RootKind::kGlobal, "x");
  }
  after.root(after.object("c", 50), dump::RootKind::kGlobal, "x");
  after.root(after.object("c", 50), dump::RootKind::kGlobal, "y");
  const Growth growth = compare_heaps(before.heap(), after.heap());
  std::vector<std::string> keys;
  for (const GrowthRow& row : growth.by_type) {
    keys.push_back(row.key);
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"c", "a", "b", "gone"}));
}

TEST(Growth, UnreachableObjectsAreOneRow) {
  HeapSketch before;
  HeapSketch after;
  before.module("shop");
  after.module("shop");
  const Node a = after.object("Node", 48);
  const Node b = after.object("list", 72);
  after.attribute(a, b, "list");
  after.item(b, a, 0);
  const Growth growth = compare_heaps(before.heap(), after.heap());
  ASSERT_EQ(growth.by_holder.size(), 1U);
  EXPECT_EQ(growth.by_holder[0].key, "unreachable");
  EXPECT_EQ(growth.by_holder[0].object_growth(), 2);
  EXPECT_EQ(growth.by_holder[0].size_growth(), 120);
}

TEST(Growth, AnAdditionalThreadIsARowOfItsFunction) {
  const auto pool = [](int threads) {
    HeapSketch sketch;
    for (int thread = 1; thread <= threads; ++thread) {
      const Node items = sketch.object("list", 72);
      sketch.item(items, sketch.object("Job", 48), 0);
      sketch.root(items, dump::RootKind::kFrame,
                  "Thread-" + std::to_string(thread) + " (worker) worker() items");
    }
    return sketch.heap();
  };
  const Growth growth = compare_heaps(pool(1), pool(3));
  ASSERT_EQ(growth.by_holder.size(), 1U);
  EXPECT_EQ(growth.by_holder[0].key, "frame worker() items > list");
  EXPECT_EQ(growth.by_holder[0].object_growth(), 4);
  EXPECT_EQ(growth.by_holder[0].instance_growth(), 2);
}

TEST(Growth, DumpsOfOneProcessAreRecognizedByHostPidAndStartTime) {
  HeapSketch sketch;
  sketch.module("shop");
  const Heap unknown = sketch.heap();
  sketch.facts().host = "web-1";
  sketch.facts().pid = 17;
  sketch.facts().process_start = 5000;
  const Heap known = sketch.heap();
  sketch.facts().process_start = 6000;
  const Heap restarted = sketch.heap();

  EXPECT_TRUE(compare_heaps(known, known).same_process);
  EXPECT_FALSE(compare_heaps(known, restarted).same_process);
  EXPECT_FALSE(compare_heaps(unknown, unknown).same_process);
}

void expect_adds_up(const Growth& growth, const std::vector<GrowthRow>& rows) {
  std::int64_t objects = 0;
  std::int64_t size = 0;
  for (const GrowthRow& row : rows) {
    objects += row.object_growth();
    size += row.size_growth();
    EXPECT_TRUE(row.object_growth() != 0 || row.size_growth() != 0);
  }
  EXPECT_EQ(objects, growth.total.object_growth());
  EXPECT_EQ(size, growth.total.size_growth());
}

std::map<std::string, std::vector<Amount>> turned(const std::vector<GrowthRow>& rows) {
  std::map<std::string, std::vector<Amount>> result;
  for (const GrowthRow& row : rows) {
    result[row.key] = {row.amounts.rbegin(), row.amounts.rend()};
  }
  return result;
}

std::map<std::string, std::vector<Amount>> by_key(const std::vector<GrowthRow>& rows) {
  std::map<std::string, std::vector<Amount>> result;
  for (const GrowthRow& row : rows) {
    EXPECT_TRUE(result.emplace(row.key, row.amounts).second) << row.key << " twice";
  }
  return result;
}

TEST(Growth, AddsUpAndReversesOnRandomHeaps) {
  const tests::MixedHeapShape shape = {.most_objects = 30, .density = 2, .most_roots = 4};
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    const Heap a = tests::mixed_heap(2 * seed, shape);
    const Heap b = tests::mixed_heap(2 * seed + 1, shape);
    const Growth there = compare_heaps(a, b);
    const Growth back = compare_heaps(b, a);
    expect_adds_up(there, there.by_type);
    expect_adds_up(there, there.by_holder);
    EXPECT_EQ(by_key(there.by_type), turned(back.by_type));
    EXPECT_EQ(by_key(there.by_holder), turned(back.by_holder));
  }
}

TEST(Growth, OfASeriesAddsUpInEachStepOnRandomHeaps) {
  const tests::MixedHeapShape shape = {.most_objects = 30, .density = 2, .most_roots = 4};
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Profile> series;
    for (std::uint32_t dump = 0; dump < 4; ++dump) {
      series.push_back(profile_of(tests::mixed_heap(4 * seed + dump, shape)));
    }
    const Growth growth = compare(series);
    for (const auto* rows : {&growth.by_type, &growth.by_holder}) {
      for (std::size_t step = 1; step < series.size(); ++step) {
        std::uint64_t objects = growth.total.amounts[step - 1].objects;
        std::uint64_t size = growth.total.amounts[step - 1].size;
        for (const GrowthRow& row : *rows) {
          objects += row.amounts[step].objects - row.amounts[step - 1].objects;
          size += row.amounts[step].size - row.amounts[step - 1].size;
        }
        EXPECT_EQ(objects, growth.total.amounts[step].objects);
        EXPECT_EQ(size, growth.total.amounts[step].size);
      }
    }
  }
}

TEST(Growth, OfASeriesDistinguishesSteadyGrowthFromWhatSettles) {
  std::vector<Profile> series;
  const std::uint32_t settling[] = {10, 40, 50, 50, 50, 50, 50};
  for (std::uint32_t dump = 0; dump < 7; ++dump) {
    HeapSketch sketch = shop(10 + 3 * dump);
    const Node cache = sketch.object("dict", 64);
    sketch.root(cache, dump::RootKind::kGlobal, "CACHE");
    for (std::uint32_t entry = 0; entry < settling[dump]; ++entry) {
      sketch.entry(cache, sketch.text(std::to_string(entry)), sketch.object("Entry", 40));
    }
    series.push_back(profile_of(sketch.heap()));
  }
  const Growth growth = compare(series);
  const GrowthRow* leak =
      find(growth.by_holder, "module shop.cache > ._SESSIONS > dict[*] > Session");
  ASSERT_NE(leak, nullptr);
  EXPECT_EQ(leak->trend.course, Course::kSteady);
  EXPECT_EQ(leak->trend.slope, leak->size_growth() / 6);
  EXPECT_EQ(leak->trend.least_step, leak->size_growth() / 6);
  const GrowthRow* cache = find(growth.by_holder, "global CACHE > dict[*] > Entry");
  ASSERT_NE(cache, nullptr);
  EXPECT_EQ(cache->trend.course, Course::kSettled);
}

TEST(Growth, SteadyGrowthIsNamedBelowHoldersThatComeAndGo) {
  std::vector<Profile> series;
  const std::uint32_t present[] = {3, 5, 2, 6, 4};
  for (std::uint32_t dump = 0; dump < 5; ++dump) {
    HeapSketch sketch;
    const Node pool = sketch.object("list", 72);
    sketch.root(pool, dump::RootKind::kGlobal, "POOL");
    for (std::uint32_t row = 0; row < present[dump]; ++row) {
      const Node worker = sketch.object("Worker", 48);
      const Node seen = sketch.object("list", 72);
      sketch.item(pool, worker, row);
      sketch.attribute(worker, seen, "seen");
      for (std::uint32_t entry = 0; row == 0 && entry < dump; ++entry) {
        sketch.item(seen, sketch.object("Entry", 40), entry);
      }
    }
    series.push_back(profile_of(sketch.heap()));
  }
  const Growth growth = compare(series);
  const GrowthRow* leak = find(growth.by_holder, "global POOL > list[*] > .seen > list[*] > Entry");
  ASSERT_NE(leak, nullptr);
  EXPECT_EQ(leak->trend.course, Course::kSteady);
  EXPECT_EQ(leak->trend.least_step, 40);
}

TEST(Growth, AgainstAProfileWithoutSmallHoldersThoseOfTheOtherAreCombinedLikewise) {
  Profile before = profile_of(shop(10).heap());
  before.holders = before.holders.without_small(600);
  before.least_holder = 600;
  const Growth same = compare({before, profile_of(shop(10).heap())});
  EXPECT_TRUE(same.by_holder.empty());

  const Growth grown = compare({before, profile_of(shop(1010).heap())});
  ASSERT_FALSE(grown.by_holder.empty());
  EXPECT_EQ(grown.by_holder[0].key, "module shop.cache > ._SESSIONS > dict[*] > Session");
  EXPECT_EQ(grown.by_holder[0].instance_growth(), 1000);
  expect_adds_up(grown, grown.by_holder);
}

TEST(Growth, OfCyclesIsCountedBySignature) {
  const auto rings = [](int count) {
    HeapSketch sketch;
    for (int ring = 0; ring < count; ++ring) {
      const Node a = sketch.object("A", 48);
      const Node b = sketch.object("B", 32);
      sketch.attribute(a, b, "b");
      sketch.attribute(b, a, "a");
    }
    return sketch.heap();
  };
  const Growth growth = compare_heaps(rings(2), rings(7));
  ASSERT_EQ(growth.by_cycle.size(), 1U);
  EXPECT_EQ(growth.by_cycle[0].key, "A .b > B .a > A");
  EXPECT_EQ(growth.by_cycle[0].instance_growth(), 5);
  EXPECT_EQ(growth.by_cycle[0].object_growth(), 10);
  EXPECT_EQ(growth.by_cycle[0].size_growth(), 400);
}

}  // namespace
}  // namespace heapscan::analysis
