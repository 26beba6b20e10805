#include "analysis/growth/turnover.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dump/heap_builder.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::HeapBuilder;
using dump::PendingObject;

/// An object of a sketch, at a fixed address.
struct Drawn {
  std::uint64_t address = 0;
  std::string type;
  std::uint64_t hash = 0;
  unsigned generation = 2;
  std::vector<std::uint64_t> items = {};  // Addresses.
  bool root = false;
};

Heap heap_of(const std::vector<Drawn>& objects) {
  HeapBuilder builder;
  std::map<std::string, dump::TypeId> types;
  std::map<std::uint64_t, PendingObject> at;
  for (const Drawn& drawn : objects) {
    if (!types.contains(drawn.type)) {
      types.emplace(drawn.type, builder.add_type(drawn.type));
    }
    dump::ObjectFlags flags;
    flags.set(dump::ObjectFlags::kGcTracked).set_generation(drawn.generation);
    const PendingObject object =
        builder.add_object({drawn.address, types.at(drawn.type), 16, 1, flags});
    if (drawn.hash != 0) {
      builder.set_content_hash(object, drawn.hash);
    }
    at.emplace(drawn.address, object);
  }
  for (const Drawn& drawn : objects) {
    std::uint32_t position = 0;
    for (const std::uint64_t item : drawn.items) {
      builder.add_item(at.at(drawn.address), at.at(item), position++);
    }
    if (drawn.root) {
      builder.add_root(dump::RootKind::kGlobal, at.at(drawn.address), builder.intern("ROOT"), true);
    }
  }
  return std::move(builder).finish();
}

Turnover turnover_of(const std::vector<Drawn>& before, const std::vector<Drawn>& after) {
  const Heap new_heap = heap_of(after);
  const PathForest paths(new_heap);
  std::vector<NodeId> node_of_object;
  const HolderTree holders(new_heap, paths, node_of_object);
  return turnover(heap_of(before), new_heap, paths, {holders, node_of_object});
}

TEST(Turnover, DistinguishesSurvivorsFromNewAndFreedObjects) {
  const Turnover result =
      turnover_of({{0x10, "list", 0, 2, {0x20, 0x30}, true}, {0x20, "Old"}, {0x30, "Item"}},
                  {{0x10, "list", 0, 2, {0x30, 0x40}, true}, {0x30, "Item"}, {0x40, "New"}});
  EXPECT_EQ(result.survivors, (ObjectSum{2, 32}));
  EXPECT_EQ(result.fresh, (ObjectSum{1, 16}));
  EXPECT_EQ(result.freed, (ObjectSum{1, 16}));
  EXPECT_EQ(result.reused, 0U);
  ASSERT_EQ(result.fresh_by_type.size(), 1U);
  EXPECT_EQ(result.fresh_by_type[0].key, "New");
  ASSERT_EQ(result.freed_by_type.size(), 1U);
  EXPECT_EQ(result.freed_by_type[0].key, "Old");
}

void expect_reused(const Drawn& before, const Drawn& after) {
  const Turnover result = turnover_of({before, {0x90, "x"}}, {after, {0x90, "x"}});
  EXPECT_EQ(result.reused, 1U);
  EXPECT_EQ(result.fresh.objects, 1U);
  EXPECT_EQ(result.freed.objects, 1U);
}

TEST(Turnover, AnotherTypeAtAnAddressIsAnotherObject) {
  expect_reused({0x10, "A"}, {0x10, "B"});
}

TEST(Turnover, AValueWithOtherContentsIsAnotherObject) {
  expect_reused({0x10, "str", 17}, {0x10, "str", 18});
}

TEST(Turnover, ATupleWithOtherItemsIsAnotherObject) {
  expect_reused({0x10, "tuple", 0, 2, {0x90}}, {0x10, "tuple", 0, 2, {0x90, 0x90}});
}

TEST(Turnover, AYoungerObjectIsAnotherOne) {
  expect_reused({0x10, "Session", 0, 2}, {0x10, "Session", 0, 0});
}

TEST(Turnover, ADictThatBecomesTrackedAgainSurvives) {
  const Turnover result = turnover_of({{0x10, "dict", 0, 2}}, {{0x10, "dict", 0, 0}});
  EXPECT_EQ(result.survivors.objects, 1U);
}

TEST(Turnover, ADumpWithoutValuesCanBeComparedWithOneThatHasThem) {
  EXPECT_EQ(turnover_of({{0x10, "str", 17}}, {{0x10, "str"}}).survivors.objects, 1U);
}

TEST(Turnover, AnObjectThatChangedSurvives) {
  const Turnover result = turnover_of({{0x10, "list", 0, 0, {0x90}}, {0x90, "x"}},
                                      {{0x10, "list", 0, 1, {0x90, 0x90}}, {0x90, "x"}});
  EXPECT_EQ(result.survivors.objects, 2U);
}

TEST(Turnover, NewObjectsCountForTheSurvivorThatHoldsThem) {
  const Turnover result = turnover_of({{0x10, "list", 0, 2, {0x20}, true}, {0x20, "dict"}},
                                      {{0x10, "list", 0, 2, {0x20}, true},
                                       {0x20, "dict", 0, 2, {0x30, 0x40}},
                                       {0x30, "Session", 0, 0, {0x50}},
                                       {0x40, "Session"},
                                       {0x50, "str"},
                                       {0x60, "Loose", 0, 0, {}, true},
                                       {0x70, "Garbage"}});
  ASSERT_EQ(result.owners.size(), 1U);
  EXPECT_EQ(result.owners[0].survivor, ObjectId(1));
  EXPECT_EQ(result.owners[0].sum, (ObjectSum{3, 48}));
  EXPECT_EQ(result.owners[0].directly, 2U);
  EXPECT_EQ(result.unheld, (ObjectSum{2, 32}));
  ASSERT_EQ(result.fresh_by_holder.size(), 3U);
  EXPECT_EQ(result.fresh_by_holder[0].key, "global ROOT > list[*] > dict[*] > Session");
  EXPECT_EQ(result.fresh_by_holder[0].instances, 2U);
  EXPECT_EQ(result.fresh_by_holder[0].sum.objects, 3U);
  EXPECT_EQ(result.fresh_by_holder[1].key, "global ROOT > Loose");
  EXPECT_EQ(result.fresh_by_holder[2].key, "unreachable");
}

}  // namespace
}  // namespace heapscan::analysis
