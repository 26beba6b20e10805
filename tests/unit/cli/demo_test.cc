#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "dump/runtime/scenarios/scenario.h"
#include "formats/open_dump.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"

namespace heapscan::tests {
namespace {

namespace scenarios = dump::runtime::scenarios;

class Demo : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (directory_ / name.c_str()).string();
  }

  TemporaryDirectory directory_;
};

TEST_F(Demo, ListNamesEachScenarioAndWhatItShows) {
  const Outcome outcome = run_heapscan({"demo", "--list"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(scenarios::all().size(), 10U);
  for (const scenarios::Scenario& scenario : scenarios::all()) {
    const std::string entry =
        std::string(scenario.name) + "\n    " + std::string(scenario.shows) + "\n";
    EXPECT_NE(outcome.out.find(entry), std::string::npos) << scenario.name;
  }
}

TEST_F(Demo, SuggestsScenariosWithSimilarNames) {
  const Outcome outcome = run_heapscan({"demo", "unbound-cache", "-o", path("x.hsd")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("did you mean 'unbounded-cache'?"), std::string::npos) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(path("x.hsd")));
}

TEST_F(Demo, NeedsAScenarioAnOutputAndAtLeastOneStep) {
  EXPECT_EQ(run_heapscan({"demo"}).code, 2);
  EXPECT_EQ(run_heapscan({"demo", "interning"}).code, 2);
  EXPECT_EQ(run_heapscan({"demo", "interning", "-o", path("x.hsd"), "--steps", "0"}).code, 2);
  EXPECT_EQ(run_heapscan({"demo", "interning", "-o", path("x.hsd"), "--steps", "-1"}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(path("x.hsd")));
}

TEST_F(Demo, ReportsWhatItWrote) {
  const Outcome outcome = run_heapscan({"demo", "interning", "-o", path("x.hsd"), "--steps", "1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find(path("x.hsd") + ": "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("after 1 step of interning"), std::string::npos) << outcome.err;
}

TEST_F(Demo, RefusesToOverwriteUnlessForced) {
  const std::string file = path("x.hsd");
  ASSERT_EQ(run_heapscan({"demo", "interning", "-o", file}).code, 0);
  const std::string before = file_text(file);
  EXPECT_EQ(run_heapscan({"demo", "fragmentation", "-o", file}).code, 3);
  EXPECT_EQ(file_text(file), before);
  EXPECT_EQ(run_heapscan({"demo", "fragmentation", "-o", file, "-f"}).code, 0);
  EXPECT_NE(file_text(file), before);
}

TEST_F(Demo, WritesNoDumpOfASeriesWhenOneOfThemExists) {
  ASSERT_EQ(run_heapscan({"demo", "interning", "-o", path("x-3.hsd")}).code, 0);
  EXPECT_EQ(
      run_heapscan({"demo", "interning", "-o", path("x.hsd"), "--series", "--steps", "3"}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(path("x-1.hsd")));
}

TEST_F(Demo, NumbersTheDumpsOfASeriesBeforeTheirExtension) {
  ASSERT_EQ(
      run_heapscan({"demo", "interning", "-o", path("x.hsd"), "--series", "--steps", "3"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(path("x.hsd")));
  EXPECT_FALSE(std::filesystem::exists(path("x-4.hsd")));
  for (const char* const name : {"x-1.hsd", "x-2.hsd", "x-3.hsd"}) {
    EXPECT_TRUE(std::filesystem::exists(path(name))) << name;
  }
  ASSERT_EQ(run_heapscan({"demo", "interning", "-o", path("y"), "--series", "--steps", "1"}).code,
            0);
  EXPECT_TRUE(std::filesystem::exists(path("y-1")));
}

TEST_F(Demo, TheLastDumpOfASeriesIsTheOneWithoutASeries) {
  ASSERT_EQ(run_heapscan({"demo", "closure-leak", "-o", path("x.hsd"), "--steps", "2"}).code, 0);
  ASSERT_EQ(
      run_heapscan({"demo", "closure-leak", "-o", path("x.hsd"), "--series", "--steps", "2"}).code,
      0);
  EXPECT_EQ(file_text(path("x.hsd")), file_text(path("x-2.hsd")));
}

TEST_F(Demo, TwoRunsOfAScenarioGiveTheSameBytes) {
  for (const scenarios::Scenario& scenario : scenarios::all()) {
    const std::string name(scenario.name);
    const std::string once = path(name + "-a.hsd");
    const std::string again = path(name + "-b.hsd");
    ASSERT_EQ(run_heapscan({"demo", name, "-o", once, "--steps", "40"}).code, 0) << name;
    ASSERT_EQ(run_heapscan({"demo", name, "-o", again, "--steps", "40"}).code, 0) << name;
    EXPECT_EQ(file_text(once), file_text(again)) << name;
    const dump::ProcessFacts facts = formats::open_dump(once).facts();
    EXPECT_EQ(facts.pid, -1);
    EXPECT_EQ(facts.taken_at, -1);
    EXPECT_EQ(facts.host + facts.command, "");
  }
}

TEST_F(Demo, DiffOfASeriesNamesTheCache) {
  ASSERT_EQ(
      run_heapscan({"demo", "unbounded-cache", "-o", path("x.hsd"), "--series", "--steps", "2"})
          .code,
      0);
  const Outcome outcome = run_heapscan({"diff", path("x-1.hsd"), path("x-2.hsd")});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("module shop > .cache > dict[*] > shop.Page"), std::string::npos)
      << outcome.out;
}

}  // namespace
}  // namespace heapscan::tests
