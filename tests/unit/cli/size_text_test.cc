#include "cli/console/size_text.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace heapscan::cli {
namespace {

TEST(SizeText, GrowsThroughBinaryUnits) {
  EXPECT_EQ(size_text(0, SizeUnit::kBinary), "0 B");
  EXPECT_EQ(size_text(1023, SizeUnit::kBinary), "1023 B");
  EXPECT_EQ(size_text(1024, SizeUnit::kBinary), "1.0 KiB");
  EXPECT_EQ(size_text(std::uint64_t{5} << 30U, SizeUnit::kBinary), "5.0 GiB");
  EXPECT_EQ(size_text(std::numeric_limits<std::uint64_t>::max(), SizeUnit::kBinary), "16.0 EiB");
}

TEST(SizeText, NeverShows1024OfAUnit) {
  EXPECT_EQ(size_text(1024 * 1024 - 1, SizeUnit::kBinary), "1.0 MiB");
}

TEST(SizeText, IsExactWithSeparatorsWhenBytesAreAskedFor) {
  EXPECT_EQ(size_text(1'234'567, SizeUnit::kBytes), "1,234,567");
}

TEST(CountText, SeparatesThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1'234'567), "1,234,567");
}

TEST(SignedTexts, BearASignUnlessZero) {
  EXPECT_EQ(signed_count_text(1200), "+1,200");
  EXPECT_EQ(signed_count_text(-5), "-5");
  EXPECT_EQ(signed_count_text(0), "0");
  EXPECT_EQ(signed_size_text(-2048, SizeUnit::kBinary), "-2.0 KiB");
  EXPECT_EQ(signed_count_text(std::numeric_limits<std::int64_t>::min()),
            "-9,223,372,036,854,775,808");
}

TEST(ShareText, DistinguishesSomethingFromNothingAndMostFromAll) {
  EXPECT_EQ(share_text(1, 2), "50.0%");
  EXPECT_EQ(share_text(0, 100), "0.0%");
  EXPECT_EQ(share_text(1, 1'000'000), "<0.1%");
  EXPECT_EQ(share_text(999'999, 1'000'000), "99.9%");
  EXPECT_EQ(share_text(7, 7), "100.0%");
  EXPECT_EQ(share_text(0, 0), "-");
}

TEST(GrowthText, DescribesGrowthThatHasNoPercentage) {
  EXPECT_EQ(growth_text(100, 105), "+5.0%");
  EXPECT_EQ(growth_text(100, 50), "-50.0%");
  EXPECT_EQ(growth_text(7, 7), "0%");
  EXPECT_EQ(growth_text(0, 7), "new");
  EXPECT_EQ(growth_text(7, 0), "gone");
  EXPECT_EQ(growth_text(10, 400), "x40");
  EXPECT_EQ(growth_text(1'000'000, 1'000'001), "+<0.1%");
}

TEST(Counted, AddsAnSUnlessTheCountIsOne) {
  EXPECT_EQ(counted(0, "object"), "0 objects");
  EXPECT_EQ(counted(1, "object"), "1 object");
  EXPECT_EQ(counted(1500, "object"), "1,500 objects");
}

TEST(TimeText, IsTheCivilDateInUtc) {
  EXPECT_EQ(time_text(0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(time_text(1'709'164'800), "2024-02-29 00:00:00 UTC");
  EXPECT_EQ(time_text(-1), "1969-12-31 23:59:59 UTC");
  EXPECT_EQ(time_text(1'700'000'000), "2023-11-14 22:13:20 UTC");
}

TEST(DurationText, ChoosesAReadableUnit) {
  EXPECT_EQ(duration_text(900), "900 us");
  EXPECT_EQ(duration_text(210'400), "210 ms");
  EXPECT_EQ(duration_text(1'540'000), "1.5 s");
  EXPECT_EQ(duration_text(600'000'000), "10 min");
  EXPECT_EQ(duration_text(std::int64_t{3} * 86400 * 1'000'000), "3.0 days");
}

}  // namespace
}  // namespace heapscan::cli
