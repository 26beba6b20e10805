#include "analysis/gate/gate.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/runtimes/python.h"
#include "dump/error.h"

namespace heapscan::analysis {
namespace {

TEST(Rule, IsSplitAtItsLastEqualsSign) {
  const Rule rule = Rule::parse(RuleKind::kTypeGrowth, "app.<x=1>=5%");
  EXPECT_EQ(rule.glob.pattern(), "app.<x=1>");
  EXPECT_EQ(rule.limit.text, "5%");
  EXPECT_EQ(rule.text(), "--max-type-growth app.<x=1>=5%");
}

TEST(Rule, NamesItsFormsInTheOrderOfItsKinds) {
  for (const RuleForm& form : kRuleForms) {
    EXPECT_EQ(&form_of(form.kind), &form);
  }
}

void expect_refused(RuleKind kind, const std::string& text, const std::string& reason) {
  try {
    (void)Rule::parse(kind, text);
    ADD_FAILURE() << "'" << text << "' was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    const std::string message = error.what();
    EXPECT_NE(message.find(reason), std::string::npos) << message;
  }
}

TEST(Rule, ThatIsInvalidIsRejectedWithTheReason) {
  for (const char* text : {"", "app.*", "=5%"}) {
    expect_refused(RuleKind::kTypeGrowth, text, "expected GLOB=LIMIT");
  }
  expect_refused(RuleKind::kTypeGrowth, "app.*=", "is empty");
  expect_refused(RuleKind::kCycles, "5%", "'5%' is not a number from 0");
  expect_refused(RuleKind::kCycles, "5KiB", "'5KiB' is not a number from 0");
  expect_refused(RuleKind::kCycleSize, "0/step", "does not apply to a single dump");
  expect_refused(RuleKind::kUnexplained, "100", "expected a percentage");
  expect_refused(RuleKind::kRetained, "app.*=1MiB/step", "does not apply to a single dump");
}

TEST(Rule, TwoLimitsOnOneThingInOneUnitAreContradictory) {
  const auto rules = [](const char* first, const char* second) {
    return std::vector<Rule>{Rule::parse(RuleKind::kTypeGrowth, first),
                             Rule::parse(RuleKind::kTypeGrowth, second)};
  };
  EXPECT_THROW(require_consistent(rules("a=1MiB", "a=2MiB")), Error);
  EXPECT_NO_THROW(require_consistent(rules("a=1MiB", "a=1024KiB")));
  EXPECT_NO_THROW(require_consistent(rules("a=1MiB", "a=5%")));
  EXPECT_NO_THROW(require_consistent(rules("a=1MiB", "a=1KiB/step")));
  EXPECT_NO_THROW(require_consistent(rules("a=1MiB", "b=2MiB")));
}

/// What a gate sees of a heap with two types, three holders and three cycles.
struct Case {
  Profile last;
  Growth growth;
};

GrowthRow row(std::string key, std::uint64_t old_size, std::uint64_t new_size) {
  return {std::move(key), {{1, old_size, 1}, {2, new_size, 2}}};
}

Case grown() {
  Case grown;
  Profile& last = grown.last;
  last.objects = 200;
  last.size = 1100;
  last.unexplained = 3;
  last.types = {{"app.Session", 5, 70, 600}, {"dict", 9, 910, 910}};
  last.cycles = {{"A .b > A", 2, 6, 96, false}, {"B .c > B", 1, 3, 48, false}};
  grown.growth.total = row("total", 1000, 1100);
  grown.growth.by_type = {row("app.Session", 0, 70), row("app.User", 100, 120),
                          row("dict", 900, 910)};
  grown.growth.by_holder = {row("module app > ._S > dict[*] > app.Session", 0, 80),
                            row("module app > ._U > list[*] > app.User", 100, 110),
                            row("unreachable", 900, 910)};
  grown.growth.by_cycle = {row("A .b > A", 0, 96)};
  return grown;
}

std::vector<std::string> broken_by(const std::vector<Rule>& rules, Suppressions suppressions = {}) {
  const Case heap = grown();
  std::vector<std::string> texts;
  for (const Violation& violation :
       check_gate({rules, std::move(suppressions)}, {heap.last, heap.growth, heap.growth})
           .violations) {
    texts.push_back(violation.rule.text() + ": " + violation.subject + " " +
                    std::to_string(violation.value()));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Gate, PassesWithinItsLimits) {
  EXPECT_EQ(broken_by({}), Texts());
  EXPECT_EQ(
      broken_by(
          {Rule::parse(RuleKind::kGrowth, "10%"), Rule::parse(RuleKind::kTypeGrowth, "app.*=70"),
           Rule::parse(RuleKind::kHolderGrowth, "*=80"),
           Rule::parse(RuleKind::kCycleGrowth, "*=96"),
           Rule::parse(RuleKind::kRetained, "app.*=600"), Rule::parse(RuleKind::kCycles, "3"),
           Rule::parse(RuleKind::kCycleSize, "144"), Rule::parse(RuleKind::kUnexplained, "1.5%")}),
      Texts());
}

TEST(Gate, NamesEachViolatedRuleInOrder) {
  EXPECT_EQ(
      broken_by({Rule::parse(RuleKind::kGrowth, "9%"), Rule::parse(RuleKind::kTypeGrowth, "dict=0"),
                 Rule::parse(RuleKind::kTypeGrowth, "app.*=15 B"),
                 Rule::parse(RuleKind::kHolderGrowth, "module app > ._U*=9"),
                 Rule::parse(RuleKind::kCycleGrowth, "A*=95"),
                 Rule::parse(RuleKind::kRetained, "app.*=599"),
                 Rule::parse(RuleKind::kRetained, "d*=80%"), Rule::parse(RuleKind::kCycles, "2"),
                 Rule::parse(RuleKind::kCycleSize, "143"),
                 Rule::parse(RuleKind::kUnexplained, "1.4%")}),
      (Texts{"--max-growth 9%: total 1100", "--max-type-growth dict=0: dict 910",
             "--max-type-growth app.*=15 B: app.Session 70",
             "--max-type-growth app.*=15 B: app.User 120",
             "--max-holder-growth module app > ._U*=9: "
             "module app > ._U > list[*] > app.User 110",
             "--max-cycle-growth A*=95: A .b > A 96", "--max-retained app.*=599: app.Session 600",
             "--max-retained d*=80%: dict 910", "--max-cycles 2: unreachable cycles 3",
             "--max-cycle-size 143: unreachable cycles 144",
             "--max-unexplained 1.4%: unexplained counts 3"}));
}

TEST(Gate, GarbageIsNotAHolderUnlessItIsNamed) {
  EXPECT_EQ(broken_by({Rule::parse(RuleKind::kHolderGrowth, "*=79")}),
            Texts{"--max-holder-growth *=79: module app > ._S > dict[*] > app.Session 80"});
  EXPECT_EQ(broken_by({Rule::parse(RuleKind::kHolderGrowth, "unreachable=9")}),
            Texts{"--max-holder-growth unreachable=9: unreachable 910"});
}

TEST(Gate, TheMethodCacheOfTheInterpreterIsNotAHolderUnlessItIsNamed) {
  const std::string cache = std::string(python_traits().bounded_cache) + " > str";
  Growth growth;
  growth.total = row("total", 1000, 1100);
  growth.by_holder = {row(cache, 0, 100)};
  const auto broken = [&](const std::string& glob) {
    const Rule rule = Rule::parse(RuleKind::kHolderGrowth, glob + "=0");
    return check_gate({{rule}, {}}, {Profile(), growth, growth}).violations.size();
  };
  EXPECT_EQ(broken("*"), 0U);
  EXPECT_EQ(broken("interpreter *"), 0U);
  EXPECT_EQ(broken(cache), 1U);
}

Suppressions suppressing(std::string_view text) {
  return Suppressions(text, "known.txt", "2026-11-21");
}

TEST(Gate, ASuppressedLeakViolatesNoRuleAndDoesNotCountTowardsTheTotal) {
  const std::vector<Rule> rules = {Rule::parse(RuleKind::kGrowth, "20"),
                                   Rule::parse(RuleKind::kHolderGrowth, "*=0"),
                                   Rule::parse(RuleKind::kCycles, "1")};
  EXPECT_EQ(broken_by(rules).size(), 4U);
  // By the type that the holder holds; by the path; by signature.
  EXPECT_EQ(broken_by(rules, suppressing("leak:app.Session\n"
                                         "leak:module app > ._U*\n"
                                         "leak:A .b*\n")),
            Texts());
  EXPECT_EQ(broken_by(rules, suppressing("leak:module app > ._S*")),
            (Texts{"--max-holder-growth *=0: module app > ._U > list[*] > app.User 110",
                   "--max-cycles 1: unreachable cycles 3"}));
}

TEST(Gate, ALeakIsSuppressedByItsFingerprint) {
  const std::string holder = "module app > ._S > dict[*] > app.Session";
  const std::string fingerprint = leak_fingerprint(RuleKind::kHolderGrowth, holder);
  EXPECT_EQ(fingerprint.size(), 16U);
  EXPECT_EQ(
      broken_by({Rule::parse(RuleKind::kHolderGrowth, "*=50")}, suppressing("leak:" + fingerprint)),
      Texts());
}

TEST(Suppressions, AreOnePerLineWithCommentsAndDates) {
  const Suppressions known = suppressing(
      "# known leaks\n"
      "\n"
      "  leak: shop.Session  \r\n"
      "leak:module shop > ._CACHE*\tuntil=2026-11-21\n"
      "leak:old until=2026-11-20");
  ASSERT_EQ(known.lines().size(), 3U);
  EXPECT_EQ(known.lines()[0].glob.pattern(), "shop.Session");
  EXPECT_EQ(known.lines()[0].line, 3U);
  EXPECT_EQ(known.lines()[1].glob.pattern(), "module shop > ._CACHE*");
  EXPECT_FALSE(known.lines()[1].expired);
  EXPECT_TRUE(known.lines()[2].expired);
}

TEST(Suppressions, ThatMatchAreUsedUnlessTheyHaveExpired) {
  Suppressions known = suppressing("leak:a*\nleak:b*\nleak:a* until=2020-02-29\n");
  EXPECT_TRUE(known.match({"abc", "", "0"}));
  EXPECT_TRUE(known.lines()[0].used);
  EXPECT_FALSE(known.lines()[1].used);
  EXPECT_FALSE(known.lines()[2].used);
}

TEST(Suppressions, ThatAreMalformedAreRejectedWithTheirLine) {
  for (const auto& [text, reason] : std::vector<std::pair<std::string, std::string>>{
           {"\nrace:x", "line 2: expected 'leak:GLOB'"},
           {"leak:", "line 1: expected a type"},
           {"leak:x until=2026-02-29", "line 1: '2026-02-29' is not a date"},
           {"leak:x until=tomorrow", "line 1: 'tomorrow' is not a date"},
           {"leak:until=2026-02-28", "line 1: expected a type"}}) {
    try {
      (void)suppressing(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
      EXPECT_NE(std::string(error.what()).find("known.txt: " + reason), std::string::npos)
          << error.what();
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
