#include "dump/cpython/layouts/layout.h"

#include <string>

#include <gtest/gtest.h>

namespace heapscan::dump::cpython {
namespace {

unsigned patch_of_layout(unsigned minor, unsigned patch) {
  return newest_layout(find_layouts(3, minor), patch).patch;
}

TEST(Layout, OfAPatchReleaseIsTheNewestThatIsNotNewer) {
  EXPECT_EQ(patch_of_layout(13, 0), 0U);
  EXPECT_EQ(patch_of_layout(13, 14), 0U);
  EXPECT_EQ(patch_of_layout(13, 15), 15U);
  EXPECT_EQ(patch_of_layout(14, 3), 0U);
  EXPECT_EQ(patch_of_layout(14, 4), 4U);
  EXPECT_EQ(patch_of_layout(14, 5), 5U);
  EXPECT_EQ(patch_of_layout(14, 99), 5U);
  EXPECT_EQ(patch_of_layout(8, 18), 0U);
}

TEST(Layout, OfAPatchReleaseHasAllThatDidNotChange) {
  const Layout& first = newest_layout(find_layouts(3, 13), 0);
  const Layout& later = newest_layout(find_layouts(3, 13), 15);
  EXPECT_EQ(first.collector.generations, 24);
  EXPECT_EQ(later.collector.generations, 20);
  EXPECT_EQ(later.collector.permanent, first.collector.permanent);
  ASSERT_EQ(later.published.size(), first.published.size());
  std::string changed;
  for (std::size_t row = 0; row < first.published.size(); ++row) {
    EXPECT_EQ(later.published[row].position, first.published[row].position);
    if (later.published[row].number != first.published[row].number) {
      changed += later.published[row].name;
    }
  }
  EXPECT_EQ(changed, "thread_state.size");
}

TEST(Layout, OfAnUnknownVersionThereIsNone) {
  EXPECT_TRUE(find_layouts(3, 7).empty());
  EXPECT_TRUE(find_layouts(3, 99).empty());
  EXPECT_TRUE(find_layouts(2, 8).empty());
}

TEST(Layout, TheSupportedVersionsAreThoseWithALayout) {
  unsigned first = 0;
  while (find_layouts(3, first).empty()) {
    ++first;
  }
  unsigned last = first;
  while (!find_layouts(3, last + 1).empty()) {
    ++last;
  }
  EXPECT_EQ(supported_versions(), "CPython 3." + std::to_string(first) + " to 3." +
                                      std::to_string(last) + " on x86-64 Linux");
}

}  // namespace
}  // namespace heapscan::dump::cpython
