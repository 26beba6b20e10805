#include "analysis/gate.h"

#include <string>

#include <gtest/gtest.h>

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

TEST(Limit, APercentageIsKept) {
  const Limit limit = Limit::parse("2.5 %");
  EXPECT_EQ(limit.unit, Limit::Unit::kPercent);
  EXPECT_EQ(limit.value, 2.5);
}

TEST(Limit, WhatIsNoLimitIsRefusedWithTheFormsThatAre) {
  for (const char* text : {"", " ", "-1", "+1", "nan", "inf", "infinity", "5%%", "10XB", "10K",
                           "1e5", "0x10", "1 000", "1,5", ".5", "MiB", "99999999999GiB", "5% "}) {
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

TEST(Limit, AGrowthOfExactlyTheLimitIsWithinIt) {
  EXPECT_FALSE(Limit::parse("10").exceeded_by(100, 110));
  EXPECT_TRUE(Limit::parse("10").exceeded_by(100, 111));
  EXPECT_FALSE(Limit::parse("5%").exceeded_by(1000, 1050));
  EXPECT_TRUE(Limit::parse("5%").exceeded_by(1000, 1051));
  EXPECT_FALSE(Limit::parse("0.3%").exceeded_by(1000, 1003));
}

TEST(Limit, ZeroAllowsNoGrowthButAnyLoss) {
  EXPECT_TRUE(Limit::parse("0").exceeded_by(5, 6));
  EXPECT_FALSE(Limit::parse("0").exceeded_by(5, 5));
  EXPECT_FALSE(Limit::parse("0%").exceeded_by(5, 1));
}

TEST(Limit, AnyGrowthFromNothingExceedsAPercentage) {
  EXPECT_TRUE(Limit::parse("1000%").exceeded_by(0, 1));
  EXPECT_FALSE(Limit::parse("0%").exceeded_by(0, 0));
}

TEST(TypeLimit, IsSplitAtItsLastEqualsSign) {
  const TypeLimit limit = TypeLimit::parse("app.<x=1>=5%");
  EXPECT_EQ(limit.glob, "app.<x=1>");
  EXPECT_EQ(limit.limit.text, "5%");
}

TEST(TypeLimit, NeedsATypeAndALimit) {
  for (const char* text : {"", "app.*", "=5%", "app.*="}) {
    EXPECT_THROW((void)TypeLimit::parse(text), Error) << text;
  }
}

GrowthRow row(std::string key, std::uint64_t old_size, std::uint64_t new_size) {
  GrowthRow row;
  row.key = std::move(key);
  row.old_size = old_size;
  row.new_size = new_size;
  return row;
}

Growth growth() {
  Growth growth;
  growth.old_size = 1000;
  growth.new_size = 1100;
  growth.by_type = {row("app.Session", 0, 70), row("app.User", 100, 120), row("dict", 900, 910)};
  return growth;
}

TEST(Gate, PassesWithinItsLimits) {
  GateRules rules;
  rules.max_growth = Limit::parse("10%");
  rules.max_type_growth = {TypeLimit::parse("app.*=70")};
  rules.max_cycles = 0;
  EXPECT_TRUE(check_gate(rules, growth(), {}).empty());
  EXPECT_TRUE(check_gate({}, growth(), {}).empty());
}

TEST(Gate, NamesEachBrokenRuleInTheirOrder) {
  GateRules rules;
  rules.max_growth = Limit::parse("9%");
  rules.max_type_growth = {TypeLimit::parse("dict=0"), TypeLimit::parse("app.*=15 B")};
  rules.max_cycles = 1;
  Garbage garbage;
  garbage.cycles.resize(3);
  EXPECT_EQ(check_gate(rules, growth(), garbage),
            (std::vector<Violation>{
                {"--max-growth 9%", "total", 1000, 1100, true},
                {"--max-type-growth dict=0", "dict", 900, 910, true},
                {"--max-type-growth app.*=15 B", "app.Session", 0, 70, true},
                {"--max-type-growth app.*=15 B", "app.User", 100, 120, true},
                {"--max-cycles 1", "unreachable cycles", 1, 3, false},
            }));
}

}  // namespace
}  // namespace heapscan::analysis
