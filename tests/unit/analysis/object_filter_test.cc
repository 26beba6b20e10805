#include "analysis/histogram/object_filter.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "tests/support/heap_dsl.h"

namespace heapscan::analysis {
namespace {

/// The sizes of the objects that pass all the conditions, in order of address: a str of 10 bytes,
/// a str of 1024, an app.Item of 10 and an app.Item of 2000.
std::vector<std::uint64_t> passing(const std::vector<std::string>& conditions) {
  tests::HeapSketch sketch;
  sketch.object("str", 10);
  sketch.object("str", 1024);
  sketch.object("app.Item", 11);
  sketch.object("app.Item", 2000);
  const dump::Heap heap = sketch.heap();
  ObjectFilter filter;
  for (const std::string& condition : conditions) {
    filter.add(condition);
  }
  Grouping grouping = group_objects(heap, GroupKey::kType);
  leave_out(heap, filter, grouping);
  std::vector<std::uint64_t> sizes;
  for (const dump::ObjectId id : heap.objects()) {
    if (grouping.group_of_object[id.value()].has_value()) {
      sizes.push_back(heap.size(id));
    }
  }
  return sizes;
}

using Sizes = std::vector<std::uint64_t>;

TEST(ObjectFilter, WithoutConditionsLetsAllPass) {
  EXPECT_EQ(passing({}), (Sizes{10, 1024, 11, 2000}));
}

TEST(ObjectFilter, LetsTypesThatMatchAnyGlobPass) {
  EXPECT_EQ(passing({"app.*"}), (Sizes{11, 2000}));
  EXPECT_EQ(passing({"str"}), (Sizes{10, 1024}));
  EXPECT_EQ(passing({"str", "app.*"}), (Sizes{10, 1024, 11, 2000}));
  EXPECT_EQ(passing({"nothing"}), Sizes{});
}

TEST(ObjectFilter, LetsSizesInTheRangePass) {
  EXPECT_EQ(passing({"size>=1KiB"}), (Sizes{1024, 2000}));
  EXPECT_EQ(passing({"size>1KiB"}), (Sizes{2000}));
  EXPECT_EQ(passing({"size<11"}), (Sizes{10}));
  EXPECT_EQ(passing({"size<=11"}), (Sizes{10, 11}));
  EXPECT_EQ(passing({"size=1.024KB"}), (Sizes{1024}));
  EXPECT_EQ(passing({"size>10", "size<2000"}), (Sizes{1024, 11}));
}

TEST(ObjectFilter, RequiresBothATypeAndASize) {
  EXPECT_EQ(passing({"app.*", "size>=1KiB"}), (Sizes{2000}));
}

TEST(ObjectFilter, TakesANameThatStartsWithSizeForAGlob) {
  EXPECT_EQ(passing({"sizes*"}), Sizes{});
  EXPECT_NO_THROW(passing({"size"}));
}

TEST(ObjectFilter, RejectsMalformedSizes) {
  for (const char* condition : {"size>=", "size>=many", "size<5%", "size<0", "size=1.5", "size>-1",
                                "size>99999999999999999999"}) {
    try {
      (void)passing({condition});
      ADD_FAILURE() << condition << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage) << condition;
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
