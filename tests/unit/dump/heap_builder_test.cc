#include "dump/heap_builder.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"

namespace heapscan::dump {
namespace {

/// A builder with three objects added in descending order of address, so that the heap numbers them
/// in reverse: high has index 2, low has index 0.
struct Reversed {
  HeapBuilder builder;
  TypeId type = builder.add_type("app.Node");
  PendingObject high = builder.add_object({0x3000, type, 30, 3, {}});
  PendingObject middle = builder.add_object({0x2000, type, 20, 2, {}});
  PendingObject low = builder.add_object({0x1000, type, 10, 1, {}});

  Heap heap() { return std::move(builder).finish(); }
};

constexpr ObjectId kLow(0);
constexpr ObjectId kMiddle(1);
constexpr ObjectId kHigh(2);

/// The message of the error that `action` throws, or an empty string.
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
    return error.what();
  }
  return {};
}

TEST(HeapBuilder, AnEmptyBuilderMakesAnEmptyHeap) {
  const Heap heap = HeapBuilder().finish();
  EXPECT_EQ(heap.object_count(), 0U);
  EXPECT_EQ(heap.reference_count(), 0U);
  EXPECT_TRUE(heap.roots().empty());
}

TEST(HeapBuilder, ObjectsAreNumberedByAddressWhateverTheOrderOfAdding) {
  Reversed drawing;
  drawing.builder.add_type("app.Other");
  const Heap heap = drawing.heap();
  EXPECT_EQ(heap.address(kLow), 0x1000U);
  EXPECT_EQ(heap.size(kLow), 10U);
  EXPECT_EQ(heap.refcount(kLow), 1U);
  EXPECT_EQ(heap.address(kHigh), 0x3000U);
  EXPECT_EQ(heap.size(kHigh), 30U);
  EXPECT_EQ(heap.refcount(kHigh), 3U);
}

TEST(HeapBuilder, TypesAndFlagsMoveWithTheirObjects) {
  HeapBuilder builder;
  const TypeId dict = builder.add_type("dict");
  const TypeId list = builder.add_type("list");
  builder.add_object({0x2000, dict, 1, 1, ObjectFlags().set(ObjectFlags::kGcTracked)});
  builder.add_object({0x1000, list, 1, 1, ObjectFlags().set(ObjectFlags::kHasFinalizer)});
  const Heap heap = std::move(builder).finish();
  EXPECT_EQ(heap.type_name(ObjectId(0)), "list");
  EXPECT_EQ(heap.type_name(ObjectId(1)), "dict");
  EXPECT_TRUE(heap.flags(ObjectId(0)).has(ObjectFlags::kHasFinalizer));
  EXPECT_TRUE(heap.flags(ObjectId(1)).has(ObjectFlags::kGcTracked));
}

TEST(HeapBuilder, ReferencesFollowTheirRenumberedEnds) {
  Reversed drawing;
  drawing.builder.add_item(drawing.high, drawing.low, 7);
  drawing.builder.add_item(drawing.middle, drawing.high, 8);
  const Heap heap = drawing.heap();
  EXPECT_EQ(heap.reference(kHigh, 0), (Reference{kLow, ReferenceKind::kItem, 7}));
  EXPECT_EQ(heap.reference(kMiddle, 0), (Reference{kHigh, ReferenceKind::kItem, 8}));
  EXPECT_EQ(heap.out_degree(kLow), 0U);
}

TEST(HeapBuilder, TheKeyOfAMappingsValueIsRenumbered) {
  Reversed drawing;
  drawing.builder.add_key(drawing.high, drawing.low, 0);
  drawing.builder.add_value(drawing.high, drawing.middle, drawing.low);
  const Heap heap = drawing.heap();
  EXPECT_EQ(heap.reference(kHigh, 0), (Reference{kLow, ReferenceKind::kKey, 0}));
  EXPECT_EQ(heap.reference(kHigh, 1), (Reference{kMiddle, ReferenceKind::kValue, kLow.value()}));
}

TEST(HeapBuilder, ReferencesOfOneObjectKeepTheirOrderWhenOthersComeInBetween) {
  Reversed drawing;
  const StringId name = drawing.builder.intern("name");
  drawing.builder.add_attribute(drawing.low, drawing.high, name);
  drawing.builder.add_cell(drawing.high, drawing.low, name);
  drawing.builder.add_type_reference(drawing.low, drawing.middle);
  drawing.builder.add_internal(drawing.high, drawing.middle, name);
  drawing.builder.add_local(drawing.low, drawing.low, name);
  drawing.builder.add_conservative(drawing.low, drawing.low, 24);
  const Heap heap = drawing.heap();
  ASSERT_EQ(heap.out_degree(kLow), 4U);
  EXPECT_EQ(heap.reference(kLow, 0).kind, ReferenceKind::kAttribute);
  EXPECT_EQ(heap.reference(kLow, 1).kind, ReferenceKind::kType);
  EXPECT_EQ(heap.reference(kLow, 2).kind, ReferenceKind::kLocal);
  EXPECT_EQ(heap.reference(kLow, 3), (Reference{kLow, ReferenceKind::kConservative, 24}));
  ASSERT_EQ(heap.out_degree(kHigh), 2U);
  EXPECT_EQ(heap.reference(kHigh, 0).kind, ReferenceKind::kCell);
  EXPECT_EQ(heap.reference(kHigh, 1).kind, ReferenceKind::kInternal);
}

TEST(HeapBuilder, RootsTypeObjectsAndWeakReferencesAreRenumbered) {
  Reversed drawing;
  drawing.builder.add_root(RootKind::kModule, drawing.high, drawing.builder.intern("app"), false);
  drawing.builder.set_type_object(drawing.type, drawing.high);
  drawing.builder.add_weak(drawing.low, drawing.middle, StringId::none());
  drawing.builder.add_weak(drawing.high, drawing.low, StringId::none());
  const Heap heap = drawing.heap();
  ASSERT_EQ(heap.roots().size(), 1U);
  EXPECT_EQ(heap.roots()[0].object, kHigh);
  EXPECT_EQ(heap.string(heap.roots()[0].label), "app");
  EXPECT_FALSE(heap.roots()[0].counted);
  EXPECT_EQ(heap.columns().types[0].object, kHigh);
  ASSERT_EQ(heap.weak_references(kLow).size(), 1U);
  EXPECT_EQ(heap.weak_references(kLow)[0].target, kMiddle);
  ASSERT_EQ(heap.weak_references(kHigh).size(), 1U);
  EXPECT_EQ(heap.weak_references(kHigh)[0].target, kLow);
  EXPECT_TRUE(heap.weak_references(kMiddle).empty());
}

TEST(HeapBuilder, ValuesMoveWithTheirObjects) {
  Reversed drawing;
  drawing.builder.set_value(drawing.high, "high");
  drawing.builder.set_value(drawing.low, "");
  const Heap heap = drawing.heap();
  EXPECT_EQ(heap.value(kHigh), "high");
  EXPECT_EQ(heap.value(kLow), "");
  EXPECT_EQ(heap.value(kMiddle), std::nullopt);
}

TEST(HeapBuilder, ContentHashesMoveWithTheirObjectsAndTheOthersHaveNone) {
  Reversed drawing;
  drawing.builder.set_content_hash(drawing.middle, 0xABCD);
  const Heap heap = drawing.heap();
  const auto& hashes = heap.columns().content_hash;
  EXPECT_EQ(std::vector<std::uint64_t>(hashes.begin(), hashes.end()),
            (std::vector<std::uint64_t>{0, 0xABCD, 0}));
}

TEST(HeapBuilder, AllocationSitesMoveWithTheirObjectsAndTheOthersHaveNone) {
  Reversed drawing;
  const StringId file = drawing.builder.intern("app.py");
  const SiteId site = drawing.builder.add_site({StringId::none(), file, 12});
  drawing.builder.set_site(drawing.high, site);
  const Heap heap = drawing.heap();
  const auto& sites = heap.columns().site;
  EXPECT_EQ(std::vector<SiteId>(sites.begin(), sites.end()),
            (std::vector<SiteId>{SiteId::none(), SiteId::none(), site}));
}

TEST(HeapBuilder, WithoutHashesAndSitesTheirColumnsStayEmpty) {
  const Heap heap = Reversed().heap();
  EXPECT_TRUE(heap.columns().content_hash.empty());
  EXPECT_TRUE(heap.columns().site.empty());
}

TEST(HeapBuilder, EqualStringsAreStoredOnce) {
  HeapBuilder builder;
  const StringId first = builder.intern("name");
  const StringId other = builder.intern("");
  EXPECT_EQ(builder.intern(std::string("na") + "me"), first);
  EXPECT_NE(first, other);
  const Heap heap = std::move(builder).finish();
  EXPECT_EQ(heap.string(first), "name");
  EXPECT_EQ(heap.string(other), "");
  EXPECT_EQ(heap.columns().strings.size(), 2U);
}

TEST(HeapBuilder, TwoTypesWithOneNameStayTwoTypes) {
  HeapBuilder builder;
  const TypeId first = builder.add_type("app.Session");
  const TypeId second = builder.add_type("app.Session");
  EXPECT_NE(first, second);
  const Heap heap = std::move(builder).finish();
  EXPECT_EQ(heap.type_name(first), heap.type_name(second));
}

TEST(HeapBuilder, ThreadsKeepTheirFramesAndFactsAreHandedOn) {
  HeapBuilder builder;
  const StringId function = builder.intern("main");
  builder.add_thread(7, StringId::none(), {{function, StringId::none(), 1}});
  builder.add_thread(8, function,
                     {{function, StringId::none(), 2}, {StringId::none(), function, 3}});
  builder.facts().pid = 42;
  const Heap heap = std::move(builder).finish();
  ASSERT_EQ(heap.columns().threads.size(), 2U);
  EXPECT_EQ(heap.columns().threads[1].first_frame, 1U);
  EXPECT_EQ(heap.columns().threads[1].frame_count, 2U);
  EXPECT_EQ(heap.columns().frames[2].line, 3U);
  EXPECT_EQ(heap.facts().pid, 42);
}

TEST(HeapBuilder, ACountTooLargeForTheColumnIsNotMistakenForImmortal) {
  HeapBuilder builder;
  const TypeId type = builder.add_type("int");
  builder.add_object({0x1000, type, 28, std::uint64_t{1} << 40U, {}});
  builder.add_object({0x2000, type, 28, kImmortal, {}});
  const Heap heap = std::move(builder).finish();
  EXPECT_EQ(heap.refcount(ObjectId(0)), kMaxRefcount);
  EXPECT_EQ(heap.refcount(ObjectId(1)), kImmortal);
}

TEST(HeapBuilder, AnAddressThatIsAddedTwiceIsRejected) {
  HeapBuilder builder;
  const TypeId type = builder.add_type("int");
  builder.add_object({0x2000, type, 28, 1, {}});
  builder.add_object({0x1000, type, 28, 1, {}});
  builder.add_object({0x2000, type, 28, 1, {}});
  EXPECT_EQ(error_of([&] { (void)std::move(builder).finish(); }),
            "column address, row 2: not greater than the address before it");
}

TEST(HeapBuilder, AReferenceFromOrToAnObjectThatWasNotAddedIsRejected) {
  Reversed drawing;
  const PendingObject missing(3);
  const std::string expected = "a reference to an object that was not added";
  EXPECT_EQ(error_of([&] { drawing.builder.add_item(drawing.low, missing, 0); }), expected);
  EXPECT_EQ(error_of([&] { drawing.builder.add_item(missing, drawing.low, 0); }), expected);
  EXPECT_EQ(error_of([&] { drawing.builder.add_value(drawing.low, drawing.low, missing); }),
            expected);
  EXPECT_EQ(error_of([&] { drawing.builder.add_weak(missing, drawing.low, StringId::none()); }),
            expected);
  EXPECT_EQ(error_of([&] { drawing.builder.add_weak(drawing.low, missing, StringId::none()); }),
            expected);
  EXPECT_EQ(error_of([&] {
              drawing.builder.add_root(RootKind::kNative, missing, StringId::none(), false);
            }),
            expected);
  EXPECT_EQ(error_of([&] { drawing.builder.set_value(missing, "x"); }), expected);
  EXPECT_EQ(error_of([&] { drawing.builder.set_content_hash(missing, 1); }), expected);
  EXPECT_EQ(error_of([&] { drawing.builder.set_site(missing, SiteId(0)); }), expected);
  EXPECT_EQ(error_of([&] { drawing.builder.set_type_object(drawing.type, missing); }), expected);
  EXPECT_EQ(drawing.heap().reference_count(), 0U);
}

}  // namespace
}  // namespace heapscan::dump
