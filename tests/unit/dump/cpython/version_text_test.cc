#include "dump/cpython/interpreter/version_text.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace heapscan::dump::cpython {
namespace {

using std::string_literals::operator""s;

std::string found_in(const std::string& memory) {
  return find_version_text(std::as_bytes(std::span(memory.data(), memory.size())));
}

TEST(VersionText, IsFoundAmongOtherBytes) {
  EXPECT_EQ(
      found_in("\x07\0\0 (x) \0"s + "3.10.13 (main, Aug 24 2023, 12:59:26) [GCC 12.2.0]\0\0"s),
      "3.10.13");
  EXPECT_EQ(found_in("\0"s + "3.8.18 (default, Aug 28 2023, 07:33:04) \n[GCC 12.2.0]\0"s),
            "3.8.18");
}

TEST(VersionText, MayBeAtTheStartOrEndOfTheMemory) {
  EXPECT_EQ(found_in("3.9.2 (default, Feb 28 2021, 17:03:44) \n[GCC 10.2.1]"), "3.9.2");
}

TEST(VersionText, IdentifiesTheRelease) {
  EXPECT_EQ(found_in("3.9.0rc1 (default, Aug 11 2020) [GCC]"), "3.9.0rc1");
  EXPECT_EQ(found_in("3.10.0b4 (default, Jul 10 2021) [GCC]"), "3.10.0b4");
  EXPECT_EQ(found_in("3.8.19+ (heads/3.8:1a2b3c, May 2 2024) [GCC]"), "3.8.19");
}

TEST(VersionText, IsNotConfusedWithSimilarText) {
  EXPECT_EQ(found_in(""), "");
  EXPECT_EQ(found_in("3.10 (main, Aug 24) [GCC]"), "");
  EXPECT_EQ(found_in("version 3.10.13 (main, Aug 24) [GCC]"), "");
  EXPECT_EQ(found_in("3.10.13"), "");
  EXPECT_EQ(found_in("3.10.13 (main"), "");
  EXPECT_EQ(found_in("1234.5.6 (main, Aug 24) [GCC]"), "");
  EXPECT_EQ(found_in("3.10.13x (main, Aug 24) [GCC]"), "");
}

TEST(VersionText, TruncatedAnywhereIsTheVersionOrNone) {
  const std::string whole = "\0\0"s + "3.10.13 (main, Aug 24 2023) [GCC 12.2.0]\0"s;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string found = found_in(whole.substr(0, size));
    EXPECT_TRUE(found.empty() || found == "3.10.13") << size;
  }
}

}  // namespace
}  // namespace heapscan::dump::cpython
