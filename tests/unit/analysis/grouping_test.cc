#include "analysis/histogram/grouping.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/histogram/histogram.h"
#include "analysis/histogram/object_filter.h"
#include "dump/error.h"
#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/support/random_heap.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::ObjectFlags;
using dump::ObjectId;
using tests::Dice;
using tests::HeapSketch;

constexpr GroupKey kKeys[] = {GroupKey::kType,       GroupKey::kModule,   GroupKey::kPackage,
                              GroupKey::kSize,       GroupKey::kSite,     GroupKey::kRoot,
                              GroupKey::kGeneration, GroupKey::kReferrers};

/// The name of the group of an object.
std::string group_of(const Heap& heap, GroupKey key, ObjectId id) {
  const Grouping grouping = group_objects(heap, key);
  return grouping.names.at(grouping.group_of_object.at(id.value()).value());
}

/// The group of a single object of this type.
std::string group_of_type(GroupKey key, const std::string& type) {
  HeapSketch sketch;
  sketch.module("shop");
  sketch.module("shop.cart");
  const auto object = sketch.object(type);
  return group_of(sketch.heap(), key, HeapSketch::id(object));
}

TEST(Grouping, AModuleIsWhatComesBeforeTheNameOfTheClass) {
  EXPECT_EQ(group_of_type(GroupKey::kModule, "dict"), "builtins");
  EXPECT_EQ(group_of_type(GroupKey::kModule, "shop.cart.Item"), "shop.cart");
  EXPECT_EQ(group_of_type(GroupKey::kModule, "other.deep.Item"), "other.deep");
}

TEST(Grouping, ANestedClassBelongsToTheModuleThatIsKnown) {
  EXPECT_EQ(group_of_type(GroupKey::kModule, "shop.cart.Item.Price"), "shop.cart");
  EXPECT_EQ(group_of_type(GroupKey::kModule, "shop.Item.Price"), "shop");
}

TEST(Grouping, AClassMadeInAFunctionBelongsToTheFunctionsModule) {
  EXPECT_EQ(group_of_type(GroupKey::kModule, "shop.cart.make.<locals>.Item"), "shop.cart");
  EXPECT_EQ(group_of_type(GroupKey::kModule, "other.make.<locals>.Item"), "other");
}

TEST(Grouping, APackageIsTheFirstPartOfTheModuleName) {
  EXPECT_EQ(group_of_type(GroupKey::kPackage, "shop.cart.Item"), "shop");
  EXPECT_EQ(group_of_type(GroupKey::kPackage, "str"), "builtins");
  EXPECT_EQ(group_of_type(GroupKey::kPackage, ".odd"), "");
}

TEST(Grouping, SizeClassesDouble) {
  const std::vector<std::pair<std::uint64_t, std::string>> expected = {
      {0, "up to 16 B"},
      {16, "up to 16 B"},
      {17, "above 16 B to 32 B"},
      {32, "above 16 B to 32 B"},
      {1024, "above 512 B to 1 KiB"},
      {1025, "above 1 KiB to 2 KiB"},
      {std::uint64_t{1} << 63U, "above 4 EiB to 8 EiB"},
  };
  for (const auto& [size, name] : expected) {
    HeapSketch sketch;
    const auto object = sketch.object("bytes", size);
    EXPECT_EQ(group_of(sketch.heap(), GroupKey::kSize, HeapSketch::id(object)), name) << size;
  }
  HeapSketch sketch;
  const auto largest = sketch.object("bytes", ~std::uint64_t{0});
  EXPECT_EQ(group_of(sketch.heap(), GroupKey::kSize, HeapSketch::id(largest)), "above 8 EiB");
}

TEST(Grouping, GenerationsAreThoseOfTheCollectorWithUntrackedObjectsApart) {
  HeapSketch sketch;
  const auto tracked = [&](unsigned generation) {
    return HeapSketch::id(sketch.object(
        "list", 56, ObjectFlags().set(ObjectFlags::kGcTracked).set_generation(generation)));
  };
  const ObjectId young = tracked(0);
  const ObjectId old = tracked(2);
  const ObjectId frozen = tracked(ObjectFlags::kPermanentGeneration);
  const ObjectId text = HeapSketch::id(sketch.text("a"));
  const Heap heap = sketch.heap();
  EXPECT_EQ(group_of(heap, GroupKey::kGeneration, young), "generation 0");
  EXPECT_EQ(group_of(heap, GroupKey::kGeneration, old), "generation 2");
  EXPECT_EQ(group_of(heap, GroupKey::kGeneration, frozen), "frozen");
  EXPECT_EQ(group_of(heap, GroupKey::kGeneration, text), "not tracked");
}

TEST(Grouping, SitesAreFunctionsWithTheirFilesAndLines) {
  dump::HeapBuilder builder;
  const dump::TypeId type = builder.add_type("list");
  const auto traced = builder.add_object({0x1000, type, 56, 1, {}});
  const auto again = builder.add_object({0x2000, type, 56, 1, {}});
  builder.add_object({0x3000, type, 56, 1, {}});
  const dump::AllocationSite site = {builder.intern("load"), builder.intern("shop.py"), 12};
  builder.set_site(traced, builder.add_site(site));
  builder.set_site(again, builder.add_site(site));
  const Heap heap = std::move(builder).finish();
  const Histogram result = histogram(heap, group_objects(heap, GroupKey::kSite));
  ASSERT_EQ(result.rows.size(), 2U) << "two sites of one place are one row";
  EXPECT_EQ(result.rows[0], (HistogramRow{"load (shop.py:12)", 2, 112, 0}));
  EXPECT_EQ(result.rows[1], (HistogramRow{"[not known]", 1, 56, 0}));
}

TEST(Grouping, ADumpWithoutSitesIsNotGroupedByThem) {
  HeapSketch sketch;
  sketch.text("a");
  try {
    (void)group_objects(sketch.heap(), GroupKey::kSite);
    FAIL() << "an error was expected";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
  }
}

TEST(Grouping, RootsAreThoseThatPathsStartFrom) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto held = sketch.object("list");
  sketch.global(module, "CACHE", held);
  sketch.root(held, dump::RootKind::kFrame, "MainThread main() cache");
  const auto local = sketch.object("dict");
  sketch.root(local, dump::RootKind::kFrame, "MainThread main() x");
  const auto lost = sketch.object("set");
  const Heap heap = sketch.heap();
  EXPECT_EQ(group_of(heap, GroupKey::kRoot, HeapSketch::id(held)), "module");
  EXPECT_EQ(group_of(heap, GroupKey::kRoot, HeapSketch::id(local)), "frame");
  EXPECT_EQ(group_of(heap, GroupKey::kRoot, HeapSketch::id(lost)), "unreachable");
}

TEST(Grouping, ReferrersAreDescribedByTheirTypesAndNames) {
  HeapSketch sketch;
  const auto shop = sketch.object("shop.Cart");
  const auto list = sketch.object("list");
  const auto dict = sketch.object("dict");
  const auto shared = sketch.text("shared");
  const auto key = sketch.text("key");
  const auto nobody = sketch.text("nobody");
  sketch.attribute(shop, shared, "owner");
  sketch.item(list, shared, 0);
  sketch.item(list, shared, 1);
  sketch.entry(dict, key, shared);
  sketch.root(shop, dump::RootKind::kGlobal, "shop");
  const Heap heap = sketch.heap();
  EXPECT_EQ(group_of(heap, GroupKey::kReferrers, HeapSketch::id(shared)),
            "dict[*], list[*], shop.Cart.owner");
  EXPECT_EQ(group_of(heap, GroupKey::kReferrers, HeapSketch::id(key)), "dict key");
  EXPECT_EQ(group_of(heap, GroupKey::kReferrers, HeapSketch::id(shop)), "root: global");
  EXPECT_EQ(group_of(heap, GroupKey::kReferrers, HeapSketch::id(nobody)), "[nothing]");
}

TEST(Grouping, TheOrderOfReferencesMakesNoDifference) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  const auto first = sketch.text("first");
  const auto second = sketch.text("second");
  const auto tuple = sketch.object("tuple");
  sketch.item(list, first, 0);
  sketch.item(tuple, first, 0);
  sketch.item(tuple, second, 1);
  sketch.root(second, dump::RootKind::kGlobal, "second");
  sketch.root(first, dump::RootKind::kGlobal, "first");
  sketch.item(list, second, 1);
  const Heap heap = sketch.heap();
  EXPECT_EQ(group_of(heap, GroupKey::kReferrers, HeapSketch::id(first)),
            group_of(heap, GroupKey::kReferrers, HeapSketch::id(second)));
}

TEST(Grouping, ObjectsWithManyKindsOfReferrersAreOneGroup) {
  HeapSketch sketch;
  const auto none = sketch.object("NoneType");
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    sketch.attribute(sketch.object("shop.Cart"), none, name);
  }
  EXPECT_EQ(group_of(sketch.heap(), GroupKey::kReferrers, HeapSketch::id(none)),
            "[more than 4 kinds of references]");
}

/// The heap with an allocation site for two objects out of three.
Heap with_sites(const Heap& heap, Dice& dice) {
  dump::HeapColumns columns = heap.columns();
  std::vector<dump::SiteId> site_of;
  for (std::uint32_t row = 0; row < heap.object_count(); ++row) {
    const std::uint32_t site = dice.below(3);
    site_of.push_back(site == 2 ? dump::SiteId::none() : dump::SiteId(site));
  }
  columns.site = dump::Column(std::move(site_of));
  columns.sites = dump::Column(std::vector<dump::AllocationSite>{
      {dump::StringId::none(), dump::StringId::none(), 1}, {dump::StringId(0), {}, 2}});
  return Heap(std::move(columns));
}

/// What the objects of each group retain, found by looking at every dominator of every object.
std::map<std::string, std::uint64_t> retained_by_group(const Heap& heap,
                                                       const Grouping& grouping,
                                                       const DominatorTree& tree) {
  std::map<std::string, std::uint64_t> sums;
  for (const ObjectId id : heap.objects()) {
    const GroupId group = grouping.group_of_object[id.value()];
    if (!group.has_value()) {
      continue;
    }
    ObjectId above = tree.dominator[id.value()];
    while (above.has_value() && grouping.group_of_object[above.value()] != group) {
      above = tree.dominator[above.value()];
    }
    sums[grouping.names[group.value()]] += above.has_value() ? 0 : tree.retained[id.value()];
  }
  return sums;
}

TEST(Grouping, ForEachKeyTheRowsOfRandomHeapsAddUpAndRetainWhatTheirDominatorsSay) {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    Dice dice(seed);
    const Heap heap = with_sites(
        tests::mixed_heap(seed, {.most_objects = 60, .density = 3, .most_roots = 4}), dice);
    const DominatorTree tree = dominator_tree(heap);
    std::uint64_t size = 0;
    for (const ObjectId id : heap.objects()) {
      size += heap.size(id);
    }
    for (const GroupKey key : kKeys) {
      Grouping grouping = group_objects(heap, key);
      if (dice.chance(50)) {
        ObjectFilter filter;
        filter.add(dice.chance(50) ? "app.*" : "*t");
        filter.add("size>=" + std::to_string(dice.below(40)));
        leave_out(heap, filter, grouping);
      }
      const Histogram result = histogram(heap, grouping, tree);
      const std::string place =
          "seed " + std::to_string(seed) + " key " + std::to_string(static_cast<int>(key));
      std::set<std::string> names;
      Histogram sums;
      for (const HistogramRow& row : result.rows) {
        ASSERT_TRUE(names.insert(row.name).second) << place << ": " << row.name << " twice";
        ASSERT_GT(row.objects, 0U) << place;
        sums.objects += row.objects;
        sums.size += row.size;
      }
      ASSERT_EQ(sums.objects, result.objects) << place;
      ASSERT_EQ(sums.size, result.size) << place;
      ASSERT_EQ(result.objects + result.left_out_objects, heap.object_count()) << place;
      ASSERT_EQ(result.size + result.left_out_size, size) << place;
      const auto expected = retained_by_group(heap, grouping, tree);
      for (const HistogramRow& row : result.rows) {
        ASSERT_EQ(row.retained, expected.at(row.name)) << place << ": " << row.name;
      }
      const Histogram without = histogram(heap, grouping);
      ASSERT_EQ(without.rows.size(), result.rows.size()) << place;
      for (std::size_t row = 0; row < without.rows.size(); ++row) {
        ASSERT_EQ(without.rows[row].name, result.rows[row].name) << place;
        ASSERT_EQ(without.rows[row].size, result.rows[row].size) << place;
      }
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
