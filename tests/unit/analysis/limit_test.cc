#include "analysis/text/limit.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/gate/growth_limit.h"
#include "dump/error.h"

namespace heapscan::analysis {
namespace {

double bytes(std::string_view text) {
  const Limit limit = Limit::parse(text);
  EXPECT_EQ(limit.unit, Limit::Unit::kBytes) << text;
  EXPECT_EQ(limit.text, text);
  return limit.value;
}

TEST(Limit, ANumberIsBytes) {
  EXPECT_EQ(bytes("0"), 0);
  EXPECT_EQ(bytes("500"), 500);
  EXPECT_EQ(bytes("500B"), 500);
}

TEST(Limit, UnitsArePowersOfTenOrOfTwoInAnyCase) {
  EXPECT_EQ(bytes("64KB"), 64e3);
  EXPECT_EQ(bytes("64 kib"), 64.0 * 1024);
  EXPECT_EQ(bytes("10MB"), 10e6);
  EXPECT_EQ(bytes("10MiB"), 10.0 * 1024 * 1024);
  EXPECT_EQ(bytes("1.5 GB"), 1.5e9);
  EXPECT_EQ(bytes("1.5GIB"), 1.5 * 1024 * 1024 * 1024);
}

TEST(Limit, APercentageStaysAPercentage) {
  const Limit limit = Limit::parse("2.5 %");
  EXPECT_EQ(limit.unit, Limit::Unit::kPercent);
  EXPECT_EQ(limit.value, 2.5);
}

TEST(Limit, SomethingElseIsRejectedWithTheValidForms) {
  for (const char* text :
       {"",    " ",       "-1",  "+1",   "nan",   "inf", "infinity", "5%%", "10XB",
        "10K", "/step",   "1e5", "0x10", "1 000", "1,5", ".5",       "MiB", "99999999999GiB",
        "5% ", "5%/ step"}) {
    try {
      (void)Limit::parse(text);
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      EXPECT_NE(std::string(error.what()).find("'" + std::string(text) + "'"), std::string::npos);
      EXPECT_NE(std::string(error.what()).find("10MiB"), std::string::npos);
    }
  }
  EXPECT_THROW((void)Limit::parse("1" + std::string(400, '0')), Error);
}

TEST(Limit, ExactlyTheLimitIsWithinIt) {
  EXPECT_FALSE(Limit::parse("10").exceeded_by(10, 100));
  EXPECT_TRUE(Limit::parse("10").exceeded_by(11, 100));
  EXPECT_FALSE(Limit::parse("5%").exceeded_by(50, 1000));
  EXPECT_TRUE(Limit::parse("5%").exceeded_by(51, 1000));
  EXPECT_FALSE(Limit::parse("0.3%").exceeded_by(3, 1000));
  EXPECT_TRUE(Limit::parse("1000%").exceeded_by(1, 0));
  EXPECT_FALSE(Limit::parse("0%").exceeded_by(0, 0));
}

GrowthRow row(const std::vector<std::uint64_t>& sizes) {
  GrowthRow row;
  for (const std::uint64_t size : sizes) {
    row.amounts.push_back({1, size, 1});
  }
  row.trend = trend_of(sizes);
  return row;
}

TEST(Limit, ZeroAllowsNoGrowthButAnyLoss) {
  EXPECT_TRUE(grew_beyond(row({5, 6}), Limit::parse("0")));
  EXPECT_FALSE(grew_beyond(row({5, 5}), Limit::parse("0")));
  EXPECT_FALSE(grew_beyond(row({5, 1}), Limit::parse("0%")));
  EXPECT_TRUE(grew_beyond(row({0, 1}), Limit::parse("1000%")));
}

TEST(Limit, PerStepAppliesToSteadyGrowth) {
  EXPECT_TRUE(grew_beyond(row({100, 164, 228, 292}), Limit::parse("0/step")));
  EXPECT_TRUE(grew_beyond(row({100, 164, 228, 292}), Limit::parse("63/step")));
  EXPECT_FALSE(grew_beyond(row({100, 164, 228, 292}), Limit::parse("64/step")));
  EXPECT_FALSE(grew_beyond(row({100, 164, 228, 292}), Limit::parse("64%/step")));
  EXPECT_TRUE(grew_beyond(row({100, 164, 228, 292}), Limit::parse("63%/step")));
  EXPECT_FALSE(grew_beyond(row({100, 900, 900, 900}), Limit::parse("0/step")));
  EXPECT_FALSE(grew_beyond(row({100, 200, 150, 250}), Limit::parse("0/step")));
}

TEST(Limit, PerStepAppliesToTheWholeGrowthIfThereIsOneStep) {
  EXPECT_TRUE(grew_beyond(row({100, 110}), Limit::parse("9/step")));
  EXPECT_FALSE(grew_beyond(row({100, 110}), Limit::parse("10/step")));
}

}  // namespace
}  // namespace heapscan::analysis
