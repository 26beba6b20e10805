#include "analysis/waste/waste.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/runtimes/python.h"
#include "dump/heap_builder.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::ObjectFlags;
using dump::PendingObject;

/// A list that is a root, and its contents.
class WasteOf : public testing::Test {
 protected:
  PendingObject add(const std::string& type,
                    std::uint64_t size,
                    std::uint64_t refcount = 1,
                    ObjectFlags flags = {}) {
    next_ += 0x100;
    return builder_.add_object({next_, type_of(type), size, refcount, flags});
  }

  PendingObject held(const std::string& type,
                     std::uint64_t size,
                     std::uint64_t refcount = 1,
                     ObjectFlags flags = {}) {
    const PendingObject object = add(type, size, refcount, flags);
    builder_.add_item(all_, object, items_++);
    return object;
  }

  PendingObject text(std::uint64_t hash, std::uint64_t size = 50, std::uint64_t refcount = 1) {
    const PendingObject object = held("str", size, refcount);
    builder_.set_content_hash(object, hash);
    return object;
  }

  PendingObject number(const std::string& type, const std::string& value) {
    const PendingObject object = add(type, type == "int" ? 28 : 24);
    builder_.set_value(object, value);
    return object;
  }

  PendingObject tuple(const std::vector<PendingObject>& items) {
    const PendingObject object = held("tuple", 40 + 8 * items.size());
    std::uint32_t position = 0;
    for (const PendingObject item : items) {
      builder_.add_item(object, item, position++);
    }
    return object;
  }

  /// What is found, with the heap taken for one of this version of CPython, or of a runtime with
  /// the same types whose sizes are not known.
  Waste found(const std::string& version = "") {
    builder_.add_root(dump::RootKind::kGlobal, all_, builder_.intern("ALL"), true);
    builder_.facts().runtime = version.empty() ? "heapscan runtime" : "CPython";
    builder_.facts().version = version;
    heap_ = std::move(builder_).finish();
    return find_waste(heap_, PathForest(heap_));
  }

  [[nodiscard]] static Waste::Total total(const Waste& waste, WasteKind kind) {
    return waste.by_kind.at(static_cast<std::size_t>(kind));
  }

  dump::HeapBuilder builder_;
  dump::Heap heap_ = dump::HeapBuilder().finish();

 private:
  dump::TypeId type_of(const std::string& name) {
    const auto [entry, added] = types_.try_emplace(name);
    if (added) {
      entry->second = builder_.add_type(name);
    }
    return entry->second;
  }

  std::unordered_map<std::string, dump::TypeId> types_;
  std::uint64_t next_ = 0x1000;
  std::uint32_t items_ = 0;

 protected:
  PendingObject all_ = add("all", 64);
};

TEST_F(WasteOf, EqualStringsIsAllOfThemButOne) {
  text(1);
  text(1);
  text(1);
  text(2);
  const Waste waste = found();
  EXPECT_EQ(total(waste, WasteKind::kDuplicateText).objects, 2U);
  EXPECT_EQ(total(waste, WasteKind::kDuplicateText).saved, 100U);
  ASSERT_EQ(waste.rows.size(), 1U);
  EXPECT_EQ(waste.rows[0].place, "global ALL > all[*] > str");
  EXPECT_EQ(waste.rows[0].example, heap_.find(0x1300));
}

TEST_F(WasteOf, StringsWithOneHashButDifferentSizesOrTypesIsNone) {
  text(1, 50);
  text(1, 51);
  builder_.set_content_hash(held("bytes", 50), 1);
  builder_.set_content_hash(held("shop.Name", 50), 1);
  builder_.set_content_hash(held("shop.Name", 50), 1);
  EXPECT_EQ(found().total.objects, 0U);
}

TEST_F(WasteOf, StringsThatAreNeverFreedIsNone) {
  text(1, 50, dump::kImmortal);
  text(1);
  text(1, 50, dump::kImmortal);
  const Waste waste = found();
  EXPECT_EQ(waste.total.objects, 1U) << "the one that can be freed, since another one stays";
  EXPECT_EQ(waste.total.saved, 50U);
}

TEST_F(WasteOf, EqualStringsIsNotTheOneThatMostObjectsShare) {
  text(1);
  text(1, 50, 20);
  text(1);
  const Waste waste = found();
  EXPECT_EQ(waste.total.objects, 2U);
  EXPECT_EQ(waste.rows.at(0).example, heap_.find(0x1200));
  EXPECT_EQ(waste.rows.at(0).saved, 100U);
}

TEST_F(WasteOf, GarbageIsNone) {
  text(1);
  builder_.set_content_hash(add("str", 50), 1);
  EXPECT_EQ(found().total.objects, 0U);
}

TEST_F(WasteOf, ADumpWithoutHashesHasNoDuplicateStringsAndThatIsReported) {
  held("str", 50);
  const Waste waste = found();
  EXPECT_FALSE(waste.has_hashes);
  EXPECT_EQ(waste.total.objects, 0U);
}

TEST_F(WasteOf, TuplesOfEqualItemsIsAllOfThemButOne) {
  tuple({number("int", "1"), number("float", "0.5"), text(7)});
  tuple({number("int", "1"), number("float", "0.5"), text(7)});
  tuple({number("int", "2"), number("float", "0.5"), text(7)});
  tuple({number("float", "1"), number("float", "0.5"), text(7)});
  tuple({number("int", "1"), number("float", "0.5")});
  const Waste waste = found();
  EXPECT_EQ(total(waste, WasteKind::kDuplicateTuple).objects, 1U);
  EXPECT_EQ(total(waste, WasteKind::kDuplicateTuple).saved, 64U);
}

TEST_F(WasteOf, TuplesOfNumbersWhoseValuesAreNotExactIsNone) {
  tuple({number("float", "nan")});
  tuple({number("float", "nan")});
  tuple({number("int", "int of about 120 bits")});
  tuple({number("int", "int of about 120 bits")});
  EXPECT_EQ(found().total.objects, 0U);
}

TEST_F(WasteOf, TuplesOfOtherObjectsIsDecidedByIdentity) {
  const PendingObject session = held("shop.Session", 48);
  tuple({session});
  tuple({session});
  tuple({held("shop.Session", 48)});
  EXPECT_EQ(found().total.objects, 1U);
}

TEST_F(WasteOf, TwoEqualChainsOfAMillionTuplesIsOneOfThem) {
  constexpr std::uint64_t kLength = 1'000'000;
  for (int chain = 0; chain < 2; ++chain) {
    PendingObject last = number("int", "1");
    for (std::uint64_t link = 0; link < kLength; ++link) {
      const PendingObject outer = add("tuple", 48);
      builder_.add_item(outer, last, 0);
      last = outer;
    }
    builder_.add_item(all_, last, static_cast<std::uint32_t>(chain));
  }
  const Waste waste = found();
  EXPECT_EQ(total(waste, WasteKind::kDuplicateTuple).objects, kLength);
}

TEST_F(WasteOf, ATupleInItselfIsNone) {
  for (int twice = 0; twice < 2; ++twice) {
    const PendingObject outer = held("tuple", 48);
    builder_.add_item(outer, outer, 0);
  }
  EXPECT_EQ(found().total.objects, 0U);
}

TEST_F(WasteOf, ListsOfNumbersIsWhatAnArrayWouldSave) {
  const PendingObject list = held("list", 56 + 8 * 12);  // Room for two more.
  for (std::uint32_t item = 0; item < 9; ++item) {
    builder_.add_item(list, add("float", 24), item);
  }
  builder_.add_item(list, add("float", 24, 2), 9);  // Something else has this one.
  const Waste waste = found("3.11.2");
  EXPECT_EQ(total(waste, WasteKind::kNumberList).saved, (56U + 96U + 9U * 24U) - (80U + 80U));
  EXPECT_EQ(total(waste, WasteKind::kSpareRoom).objects, 0U) << "counted already";
}

TEST_F(WasteOf, ListsWithAnythingElseIsNone) {
  const PendingObject list = held("list", 56 + 8 * 100);
  for (std::uint32_t item = 0; item < 100; ++item) {
    builder_.add_item(list, add(item == 50 ? "bool" : "int", 28), item);
  }
  const PendingObject large = held("list", 56 + 8 * 100);
  for (std::uint32_t item = 0; item < 100; ++item) {
    builder_.add_item(large, add("int", 36), item);
  }
  EXPECT_EQ(found("3.11.2").total.objects, 0U);
}

TEST_F(WasteOf, ADictWithFewerEntriesThanItsTableHoldsIsTheExcessOverANewDict) {
  const PendingObject dict = held("dict", 64 + 32 + 1024 * 2 + 682 * 16);
  const PendingObject key = add("str", 50);
  for (std::uint32_t entry = 0; entry < 6; ++entry) {
    builder_.add_key(dict, key, entry);
    builder_.add_value(dict, key, key);
  }
  EXPECT_EQ(found("3.11.2").total.saved, (32U + 1024U * 2U + 682U * 16U) - (32U + 16U + 10U * 16U));
}

TEST_F(WasteOf, ADictWhoseSizeMatchesNoTableIsNone) {
  const PendingObject dict = held("dict", 64 + 5000);
  builder_.add_key(dict, dict, 0);
  builder_.add_value(dict, dict, dict);
  EXPECT_EQ(found("3.11.2").total.objects, 0U);
}

TEST_F(WasteOf, AFewEmptyContainersIsNoneButManyInOnePlaceAre) {
  for (int copy = 0; copy < 99; ++copy) {
    held("list", 56);
    held("collections.deque", 760);
  }
  held("list", 56);
  const Waste waste = found("3.11.2");
  ASSERT_EQ(waste.rows.size(), 1U);
  EXPECT_EQ(waste.rows[0].type, "list");
  EXPECT_EQ(waste.total.saved, 5600U);
}

TEST_F(WasteOf, ARuntimeOfUnknownLayoutIsOnlyWhatNeedsNoLayout) {
  const PendingObject list = held("list", 56 + 8 * 1000);
  builder_.add_item(list, add("float", 24), 0);
  text(1);
  text(1);
  const Waste waste = found();
  EXPECT_FALSE(waste.knows_sizes);
  EXPECT_EQ(waste.total.saved, 50U);
}

TEST_F(WasteOf, VersionsNewerThanTheKnownOnesIsNotGuessed) {
  const PendingObject list = held("list", 56 + 8 * 1000);
  builder_.add_item(list, list, 0);
  EXPECT_FALSE(found("3.99.0").knows_sizes);
}

TEST(Waste, OfRandomHeapsAddsUpAndIsLessThanWhatIsReachable) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Heap heap = tests::mixed_heap(seed, {.most_objects = 80, .density = 3, .most_roots = 4});
    dump::HeapColumns columns = heap.columns();
    std::vector<std::uint64_t> hashes;
    for (const ObjectId id : heap.objects()) {
      hashes.push_back(1 + id.value() % 3);
    }
    columns.content_hash = dump::Column(std::move(hashes));
    columns.facts.runtime = "CPython";
    columns.facts.version = seed % 2 == 0 ? "3.11.2" : "3.8.0";
    heap = Heap(std::move(columns));
    const Waste waste = find_waste(heap, PathForest(heap));
    ASSERT_TRUE(waste.knows_sizes && waste.has_hashes);
    std::vector<Waste::Total> sums(kWasteKinds);
    for (const WasteRow& row : waste.rows) {
      ASSERT_GT(row.saved, 0U);
      sums.at(static_cast<std::size_t>(row.kind)).objects += row.objects;
      sums.at(static_cast<std::size_t>(row.kind)).saved += row.saved;
    }
    Waste::Total total;
    for (std::size_t kind = 0; kind < kWasteKinds; ++kind) {
      ASSERT_EQ(waste.by_kind[kind].objects, sums[kind].objects) << "seed " << seed;
      ASSERT_EQ(waste.by_kind[kind].saved, sums[kind].saved) << "seed " << seed;
      total.objects += sums[kind].objects;
      total.saved += sums[kind].saved;
    }
    ASSERT_EQ(waste.total.objects, total.objects);
    ASSERT_EQ(waste.total.saved, total.saved);
    const PathForest paths(heap);
    std::uint64_t reachable = 0;
    for (const ObjectId id : paths.order()) {
      reachable += heap.size(id);
    }
    ASSERT_LE(waste.total.saved, reachable) << "seed " << seed;
  }
}

TEST(PythonSizes, OfTablesAreThoseReportedByInterpreters) {
  // sys.getsizeof of a dict with this many entries, with str and with int keys, in 3.11 and in 3.8.
  struct Dict {
    std::uint64_t entries;
    std::uint64_t by_text;
    std::uint64_t by_number;
    std::uint64_t in_3_8;
  };

  dump::ProcessFacts facts;
  facts.runtime = "CPython";
  facts.version = "3.11.2";
  const ObjectSizes sizes = python_sizes(facts).value();
  facts.version = "3.8.18";
  const ObjectSizes old = python_sizes(facts).value();
  for (const Dict& dict :
       {Dict{1, 184, 224, 232}, Dict{5, 184, 224, 232}, Dict{6, 272, 352, 360},
        Dict{21, 464, 632, 640}, Dict{22, 832, 1168, 1176}, Dict{85, 1584, 2264, 2272},
        Dict{86, 3328, 4688, 4696}, Dict{1000, 26032, 36952, 36960},
        Dict{99999, 3844864, 5242960, 5242968}}) {
    const unsigned table = smallest_table(dict.entries);
    EXPECT_EQ(sizes.dict + sizes.table_size(table, true), dict.by_text) << dict.entries;
    EXPECT_EQ(sizes.dict + sizes.table_size(table, false), dict.by_number) << dict.entries;
    EXPECT_EQ(old.dict + old.table_size(table, true), dict.in_3_8) << dict.entries;
  }
}

TEST(PythonSizes, AreNotKnownForOtherRuntimesAndVersions) {
  dump::ProcessFacts facts;
  for (const auto& [runtime, version] :
       std::vector<std::pair<std::string, std::string>>{{"CPython", ""},
                                                        {"CPython", "2.7.18"},
                                                        {"CPython", "3.7.1"},
                                                        {"CPython", "3."},
                                                        {"CPython", "3.15.0"},
                                                        {"CPython", "3.999999999999.0"},
                                                        {"PyPy", "3.11.2"},
                                                        {"", ""}}) {
    facts.runtime = runtime;
    facts.version = version;
    EXPECT_FALSE(python_sizes(facts).has_value()) << runtime << " " << version;
  }
}

}  // namespace
}  // namespace heapscan::analysis
