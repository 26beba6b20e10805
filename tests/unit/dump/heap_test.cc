#include "dump/heap.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"
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

TEST(Heap, ReferrersAreSortedBySourceAndLeadBackToTheReference) {
  HeapSketch sketch;
  const auto shared = sketch.object("dict");
  const auto first = sketch.object("list");
  const auto second = sketch.object("list");
  sketch.item(second, shared, 5);
  sketch.item(first, second, 1);
  sketch.item(first, shared, 2);
  sketch.item(shared, shared, 3);
  const Heap heap = sketch.heap();

  const auto referrers = heap.referrers(HeapSketch::id(shared));
  ASSERT_EQ(referrers.size(), 3U);
  EXPECT_EQ(referrers[0], (Referrer{HeapSketch::id(shared), 0}));
  EXPECT_EQ(referrers[1], (Referrer{HeapSketch::id(first), 1}));
  EXPECT_EQ(referrers[2], (Referrer{HeapSketch::id(second), 0}));
  EXPECT_EQ(heap.reference(referrers[1]),
            (Reference{HeapSketch::id(shared), ReferenceKind::kItem, 2}));
  EXPECT_TRUE(heap.referrers(HeapSketch::id(first)).empty());
}

TEST(Heap, WeakReferencesAreNotPartOfTheGraph) {
  HeapSketch sketch;
  const auto cache = sketch.object("WeakValueDictionary");
  const auto entry = sketch.object("Entry");
  sketch.weak(cache, entry);
  sketch.weak(cache, cache);
  const Heap heap = sketch.heap();

  EXPECT_TRUE(heap.targets(HeapSketch::id(cache)).empty());
  EXPECT_TRUE(heap.referrers(HeapSketch::id(entry)).empty());
  EXPECT_EQ(heap.weak_references(HeapSketch::id(cache)).size(), 2U);
  EXPECT_TRUE(heap.weak_references(HeapSketch::id(entry)).empty());
}

TEST(Heap, AnObjectIsFoundByExactlyItsAddress) {
  HeapSketch sketch;
  sketch.object("list");
  const auto second = sketch.object("list");
  const Heap heap = sketch.heap();

  EXPECT_EQ(heap.find(heap.address(HeapSketch::id(second))), HeapSketch::id(second));
  EXPECT_EQ(heap.find(heap.address(HeapSketch::id(second)) + 1), std::nullopt);
  EXPECT_EQ(heap.find(0), std::nullopt);
  EXPECT_EQ(heap.find(std::numeric_limits<std::uint64_t>::max()), std::nullopt);
}

TEST(Heap, AValueMayContainAnyBytes) {
  HeapSketch sketch;
  const std::string bytes("a\0\x1B[31m\xFF", 8);
  const auto text = sketch.text(bytes);
  const auto other = sketch.object("list");
  const Heap heap = sketch.heap();
  EXPECT_EQ(heap.value(HeapSketch::id(text)), bytes);
  EXPECT_EQ(heap.value(HeapSketch::id(other)), std::nullopt);
}

TEST(Heap, CopiesShareTheReverseReferences) {
  HeapSketch sketch;
  const auto list = sketch.object("list");
  sketch.item(list, list, 0);
  const std::vector<Heap> copies(2, sketch.heap());
  EXPECT_EQ(copies[0].referrers(ObjectId(0)).data(), copies[1].referrers(ObjectId(0)).data());
}

// Columns as a damaged or hostile file may have them. Each test corrupts one fact of a valid heap.

/// Two objects: a dict that has a str as attribute, item, key and value; one row in every other
/// table.
HeapColumns good_columns() {
  HeapColumns columns;
  const StringId name(1);
  columns.strings = {Column<std::uint64_t>({0, 4, 8}),
                     Column<char>({'d', 'i', 'c', 't', 'n', 'a', 'm', 'e'})};
  columns.address = Column<std::uint64_t>({0x1000, 0x2000});
  columns.type = Column<TypeId>({TypeId(0), TypeId(0)});
  columns.size = Column<std::uint64_t>({64, 50});
  columns.refcount = Column<std::uint32_t>({1, 4});
  columns.flags = Column<ObjectFlags>({ObjectFlags(), ObjectFlags()});
  columns.site = Column<SiteId>({SiteId::none(), SiteId(0)});
  columns.content_hash = Column<std::uint64_t>({0, 1});
  columns.reference_begin = Column<std::uint64_t>({0, 3, 3});
  columns.target = Column<ObjectId>({ObjectId(1), ObjectId(1), ObjectId(1)});
  columns.kind = Column<ReferenceKind>(
      {ReferenceKind::kAttribute, ReferenceKind::kItem, ReferenceKind::kValue});
  columns.label = Column<std::uint32_t>({1, 99, 1});
  columns.weak = Column<WeakReference>(
      {{ObjectId(0), ObjectId(1), name}, {ObjectId(1), ObjectId(0), StringId::none()}});
  columns.root = Column<Root>({{ObjectId(0), name, RootKind::kModule, false, 0}});
  columns.value_object = Column<ObjectId>({ObjectId(1)});
  columns.value_text = {Column<std::uint64_t>({0, 3}), Column<char>({'a', 'b', 'c'})};
  columns.types = Column<Type>({{StringId(0), ObjectId(1)}});
  columns.threads = Column<Thread>({{1, name, 0, 1, 0}});
  columns.frames = Column<Frame>({{name, StringId::none(), 3}});
  columns.sites = Column<AllocationSite>({{name, name, 3}});
  columns.regions = Column<MemoryRegion>({{0x1000, 16, 16, RegionKind::kPool, name, 16, 0}});
  return columns;
}

/// The message with which a heap of these columns is rejected; empty if it is accepted.
std::string refusal(HeapColumns columns) {
  try {
    const Heap heap(std::move(columns));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
    return error.what();
  }
  return {};
}

/// The message with which valid columns are rejected after `damage` was applied to them.
template <class Damage>
std::string refusal_after(Damage damage) {
  HeapColumns columns = good_columns();
  damage(columns);
  return refusal(std::move(columns));
}

template <class T>
Column<T> without_last(const Column<T>& column) {
  return Column<T>(std::vector<T>(column.begin(), column.end() - 1));
}

template <class T>
Column<T> with(const Column<T>& column, std::size_t row, T value) {
  std::vector<T> rows(column.begin(), column.end());
  rows.at(row) = value;
  return Column<T>(std::move(rows));
}

TEST(HeapColumns, GoodColumnsMakeAHeap) {
  EXPECT_EQ(refusal(good_columns()), "");
}

TEST(HeapColumns, AColumnOfAnotherLengthIsRefused) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.type = without_last(c.type); }),
            "column type has 1 rows instead of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.size = without_last(c.size); }),
            "column size has 1 rows instead of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.refcount = without_last(c.refcount); }),
            "column refcount has 1 rows instead of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.flags = without_last(c.flags); }),
            "column flags has 1 rows instead of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.site = without_last(c.site); }),
            "column site has 1 rows instead of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.content_hash = without_last(c.content_hash); }),
            "column content_hash has 1 rows instead of 2");
  EXPECT_EQ(
      refusal_after([](HeapColumns& c) { c.reference_begin = without_last(c.reference_begin); }),
      "column reference_begin has 2 rows instead of 3");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.kind = without_last(c.kind); }),
            "column kind has 2 rows instead of 3");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.label = without_last(c.label); }),
            "column label has 2 rows instead of 3");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.value_object = {}; }),
            "column value_text has 1 rows instead of 0");
}

TEST(HeapColumns, AnEmptyHeapStillHasOneReferenceBegin) {
  EXPECT_EQ(refusal(HeapColumns()), "column reference_begin has 0 rows instead of 1");
}

TEST(HeapColumns, SitesAndContentHashesMayBeLeftOut) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.site = {};
              c.content_hash = {};
            }),
            "");
}

TEST(HeapColumns, AddressesThatDoNotRiseAreRefused) {
  EXPECT_EQ(
      refusal_after([](HeapColumns& c) { c.address = with(c.address, 1, std::uint64_t{0x1000}); }),
      "column address, row 1: not greater than the address before it");
  EXPECT_EQ(
      refusal_after([](HeapColumns& c) { c.address = with(c.address, 1, std::uint64_t{0x10}); }),
      "column address, row 1: not greater than the address before it");
}

TEST(HeapColumns, AnObjectOfAnUnknownTypeIsRefused) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.type = with(c.type, 1, TypeId(1)); }),
            "column type, row 1: refers to row 1 of a table of 1");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.type = with(c.type, 0, TypeId::none()); }),
            "column type, row 0: refers to row 4294967295 of a table of 1");
}

TEST(HeapColumns, SizesWhoseSumPasses64BitsAreRefused) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.size = with(c.size, 1, std::numeric_limits<std::uint64_t>::max() - 63);
            }),
            "column size, row 1: the sum of all sizes exceeds 64 bits");
}

TEST(HeapColumns, AnObjectOfAnUnknownSiteIsRefused) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.site = with(c.site, 0, SiteId(1)); }),
            "column site, row 0: refers to a site that does not exist");
}

TEST(HeapColumns, ReferencesMustBeginAt0RiseAndEndAtTheirCount) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.reference_begin = Column<std::uint64_t>({1, 3, 3});
            }),
            "column reference_begin, row 0: the first row does not begin at 0");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.reference_begin = Column<std::uint64_t>({0, 4, 3});
            }),
            "column reference_begin, row 2: begins before the row above");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.reference_begin = Column<std::uint64_t>({0, 1, 2});
            }),
            "column reference_begin, row 2: ends at 2 of 3");
}

TEST(HeapColumns, AReferenceToNoObjectIsRefused) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.target = with(c.target, 2, ObjectId(2)); }),
            "column target, row 2: refers to row 2 of a table of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.target = with(c.target, 0, ObjectId::none()); }),
            "column target, row 0: refers to row 4294967295 of a table of 2");
}

TEST(HeapColumns, AReferenceOfAnUnknownKindIsRefused) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.kind = with(c.kind, 1, static_cast<ReferenceKind>(kReferenceKinds));
            }),
            "column kind, row 1: unknown kind 9");
}

TEST(HeapColumns, ALabelMustBeARowOfTheTableGivenByItsKind) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.label = with(c.label, 0, 2U); }),
            "column label, row 0: refers to row 2 of a table of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.label = with(c.label, 2, 0xFFFFFFFFU); }),
            "column label, row 2: refers to row 4294967295 of a table of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.label = with(c.label, 1, 0xFFFFFFFFU); }), "");
}

TEST(HeapColumns, WeakReferencesMustHaveTwoEndsAndBeSorted) {
  const StringId none;
  EXPECT_EQ(refusal_after([&](HeapColumns& c) {
              c.weak = with(c.weak, 1, WeakReference{ObjectId(1), ObjectId(2), none});
            }),
            "column weak, row 1: refers to an object that does not exist");
  EXPECT_EQ(refusal_after([&](HeapColumns& c) {
              c.weak = with(c.weak, 0, WeakReference{ObjectId::none(), ObjectId(0), none});
            }),
            "column weak, row 0: refers to an object that does not exist");
  EXPECT_EQ(refusal_after([&](HeapColumns& c) {
              c.weak = Column<WeakReference>(
                  {{ObjectId(1), ObjectId(0), none}, {ObjectId(0), ObjectId(1), none}});
            }),
            "column weak, row 1: sources are not in ascending order");
  EXPECT_EQ(refusal_after([&](HeapColumns& c) {
              c.weak = with(c.weak, 1, WeakReference{ObjectId(1), ObjectId(0), StringId(2)});
            }),
            "column weak, row 1: refers to a string that does not exist");
}

TEST(HeapColumns, ARootMustHaveAnObjectAKnownKindAndALabelThatExists) {
  const auto with_root = [](Root root) {
    return refusal_after([&](HeapColumns& c) { c.root = with(c.root, 0, root); });
  };
  EXPECT_EQ(with_root({ObjectId(2), StringId::none(), RootKind::kNative, false, 0}),
            "column root, row 0: refers to an object that does not exist");
  EXPECT_EQ(with_root({ObjectId(0), StringId::none(), static_cast<RootKind>(7), false, 0}),
            "column root, row 0: unknown kind 7");
  EXPECT_EQ(with_root({ObjectId(0), StringId(2), RootKind::kNative, false, 0}),
            "column root, row 0: refers to a string that does not exist");
}

TEST(HeapColumns, StringsMustLieInTheirTable) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.strings.begin = Column<std::uint64_t>({0, 4, 9});
            }),
            "column strings, row 2: ends at 9 of 8");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.strings.begin = Column<std::uint64_t>({0, 9, 8});
            }),
            "column strings, row 2: begins before the row above");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.value_text.begin = Column<std::uint64_t>({1, 3});
            }),
            "column value_text, row 0: the first row does not begin at 0");
}

TEST(HeapColumns, ValuesMustBelongToObjectsInAscendingOrder) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) { c.value_object = Column<ObjectId>({ObjectId(2)}); }),
            "column value_object, row 0: refers to row 2 of a table of 2");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.value_object = Column<ObjectId>({ObjectId(1), ObjectId(1)});
              c.value_text.begin = Column<std::uint64_t>({0, 1, 3});
            }),
            "column value_object, row 1: not greater than the object before it");
}

TEST(HeapColumns, ATypeMustHaveANameAndMayHaveAnObject) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.types = Column<Type>({{StringId::none(), ObjectId::none()}});
            }),
            "column types, row 0: has no name");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.types = Column<Type>({{StringId(2), ObjectId::none()}});
            }),
            "column types, row 0: has no name");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.types = Column<Type>({{StringId(0), ObjectId(2)}});
            }),
            "column types, row 0: refers to an object that does not exist");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.types = Column<Type>({{StringId(0), ObjectId::none()}});
            }),
            "");
}

TEST(HeapColumns, AThreadMustHaveFramesThatExist) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.threads = Column<Thread>({{1, StringId::none(), 0, 2, 0}});
            }),
            "column threads, row 0: refers to frames that do not exist");
  // first_frame + frame_count would wrap to 1.
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.threads = Column<Thread>({{1, StringId::none(), 2, 0xFFFFFFFF, 0}});
            }),
            "column threads, row 0: refers to frames that do not exist");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.threads = Column<Thread>({{1, StringId(2), 0, 1, 0}});
            }),
            "column threads, row 0: refers to a string that does not exist");
}

TEST(HeapColumns, FramesSitesAndRegionsMustHaveStringsThatExist) {
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.frames = Column<Frame>({{StringId(2), StringId::none(), 1}});
            }),
            "column frames, row 0: refers to a string that does not exist");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.sites = Column<AllocationSite>({{StringId(0), StringId(2), 1}});
            }),
            "column sites, row 0: refers to a string that does not exist");
  EXPECT_EQ(
      refusal_after([](HeapColumns& c) {
        c.regions = Column<MemoryRegion>({{0x1000, 16, 16, RegionKind::kPool, StringId(2), 16, 0}});
      }),
      "column regions, row 0: refers to a string that does not exist");
  EXPECT_EQ(refusal_after([](HeapColumns& c) {
              c.regions = Column<MemoryRegion>(
                  {{0x1000, 16, 16, static_cast<RegionKind>(3), StringId(1), 16, 0}});
            }),
            "column regions, row 0: unknown kind");
}

}  // namespace
}  // namespace heapscan::dump
