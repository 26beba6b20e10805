#include "analysis/growth/trend.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace heapscan::analysis {
namespace {

Course course(const std::vector<std::uint64_t>& values) {
  return trend_of(values).course;
}

TEST(Trend, OneStepSaysNothingAboutTheNext) {
  EXPECT_EQ(course({}), Course::kUnknown);
  EXPECT_EQ(course({5}), Course::kUnknown);
  EXPECT_EQ(course({5, 9}), Course::kUnknown);
  EXPECT_EQ(trend_of({5, 9}).slope, 4);
}

TEST(Trend, IsSteadyIfEachStepGrows) {
  EXPECT_EQ(course({1, 2, 3}), Course::kSteady);
  const Trend trend = trend_of({100, 164, 228, 300, 356});
  EXPECT_EQ(trend.course, Course::kSteady);
  EXPECT_EQ(trend.slope, 64);
  EXPECT_EQ(trend.least_step, 56);
  EXPECT_EQ(trend.growing_steps, 4U);
}

TEST(Trend, IsSteadyIfATableGrowsInJumps) {
  EXPECT_EQ(course({64, 128, 128, 192, 192, 256, 256}), Course::kSteady);
}

TEST(Trend, HasSettledIfNothingGrewInTheLastThird) {
  EXPECT_EQ(course({10, 20, 30, 40, 40, 40, 40}), Course::kSettled);
  EXPECT_EQ(course({10, 20, 20}), Course::kSettled);
}

TEST(Trend, IsFlatIfNothingChanges) {
  EXPECT_EQ(course({7, 7, 7}), Course::kFlat);
  EXPECT_EQ(trend_of({7, 7, 7}).slope, 0);
}

TEST(Trend, IsNoisyIfAStepShrinksOrOnlyAFewGrow) {
  EXPECT_EQ(course({10, 20, 15, 30}), Course::kNoisy);
  EXPECT_EQ(course({10, 10, 10, 10, 10, 10, 20}), Course::kNoisy);
  EXPECT_EQ(course({9, 8, 7}), Course::kNoisy);
}

TEST(Trend, OneJumpDoesNotTiltTheSlope) {
  EXPECT_EQ(trend_of({100, 5000, 5000, 5000, 5000, 5000, 5000, 5000}).slope, 0);
  EXPECT_EQ(trend_of({0, 10, 20, 9030, 9040, 9050, 9060, 9070, 9080, 9090, 9100}).slope, 10);
}

TEST(Trend, ShrinkingSlopesAreNegative) {
  EXPECT_EQ(trend_of({300, 200, 100}).slope, -100);
  EXPECT_EQ(trend_of({300, 200, 100}).least_step, -100);
}

}  // namespace
}  // namespace heapscan::analysis
