#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dump/runtime/heap_dump.h"
#include "dump/runtime/runtime.h"
#include "dump/runtime/types/functions.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"
#include "tests/unit/cli/shop_heap.h"

namespace heapscan::tests {
namespace {

namespace runtime = dump::runtime;
using Json = nlohmann::json;

const char* const kSessions = "module shop > ._SESSIONS > dict[*] > shop.Session";

/// Runs the gate on a shop that gains 5 sessions from dump to dump, and keeps its one cycle.
class Gate : public testing::Test {
 protected:
  Gate() {
    for (int step = 0; step < 5; ++step) {
      ShopHeap shop = shop_heap(30 + 5 * step, 1);
      shop.sketch.facts().taken_at += step;
      dumps_.push_back(
          write_dump(shop.sketch.heap(), directory_.path() / ("dump" + std::to_string(step))));
    }
  }

  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
    std::string path = (directory_.path() / name).string();
    std::ofstream(path) << text;
    return path;
  }

  [[nodiscard]] Outcome gate(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "gate");
    arguments.insert(arguments.end(), dumps_.begin(), dumps_.end());
    return run_heapscan(arguments);
  }

  void expect_refused(const std::vector<std::string>& arguments,
                      int code,
                      const std::string& reason) const {
    const Outcome outcome = gate(arguments);
    EXPECT_EQ(outcome.code, code);
    EXPECT_NE(outcome.err.find(reason), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }

  TemporaryDirectory directory_;
  std::vector<std::string> dumps_;
};

TEST_F(Gate, ASeriesIsJudgedStepByStep) {
  const Outcome outcome = gate({"--max-holder-growth", "*=0/step"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.out.find(std::string(kSessions) +
                             ": +5.4 KiB per step, growing in 4 of 4 steps: 32.2 KiB -> 53.6 KiB"),
            std::string::npos)
      << outcome.out;
  EXPECT_EQ(gate({"--max-holder-growth", "*=6KiB/step", "--max-growth", "6KiB/step"}).code, 0);
}

TEST_F(Gate, TheFirstDumpsCanBeSkipped) {
  const Json document =
      Json::parse(gate({"--warm-up", "3", "--max-growth", "1GiB", "--format", "json"}).out);
  ASSERT_EQ(document["dumps"].size(), 2U);
  EXPECT_EQ(document["dumps"][0]["path"], dumps_[3]);
  expect_refused({"--warm-up", "4", "--max-growth", "1GiB"}, 2, "at least 6 dumps are needed");
}

TEST_F(Gate, EachRuleIsCheckedOnTheLastDump) {
  for (const auto& [rule, value] : std::vector<std::pair<std::vector<std::string>, const char*>>{
           {{"--max-retained", "shop.Session=1KiB"}, "retained by 50 objects, "},
           {{"--max-cycles", "0"}, "unreachable cycles: 1"},
           {{"--max-cycle-size", "100"}, "unreachable cycles: 178 B in 1 cycle, 0.3% of the heap"},
           {{"--max-type-growth", "shop.*=1%"}, "shop.Session: 1.4 KiB -> 2.3 KiB"}}) {
    const Outcome outcome = gate(rule);
    EXPECT_EQ(outcome.code, 1) << rule[0] << '\n' << outcome.out;
    EXPECT_NE(outcome.out.find(value), std::string::npos) << outcome.out;
  }
}

TEST_F(Gate, ALeakThatIsOnlyShownExitsWithZero) {
  const Outcome outcome = gate({"--max-growth", "0", "--exit-zero"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.find("FAILED"), 0U);
}

TEST_F(Gate, ABaselineCanBeGivenInPlaceOfADump) {
  const std::string baseline = (directory_ / "baseline.json").string();
  EXPECT_EQ(run_heapscan({"gate", "--write-baseline", baseline, dumps_[0]}).code, 0);
  EXPECT_EQ(run_heapscan({"gate", "--write-baseline", baseline, dumps_[0]}).code, 3);
  EXPECT_EQ(run_heapscan({"gate", "-f", "--write-baseline", baseline, dumps_[0]}).code, 0);

  const Outcome same = run_heapscan({"gate", "--baseline", baseline, dumps_[0], "--max-growth", "0",
                                     "--max-holder-growth", "*=0", "--max-type-growth", "*=0"});
  EXPECT_EQ(same.code, 0) << same.out;
  const Outcome grown =
      run_heapscan({"gate", "--baseline", baseline, dumps_[4], "--max-holder-growth", "*=1KiB"});
  EXPECT_EQ(grown.code, 1);
  EXPECT_NE(grown.out.find(kSessions), std::string::npos) << grown.out;
  EXPECT_EQ(run_heapscan({"diff", baseline, dumps_[4]}).code, 0);
}

TEST_F(Gate, ABaselineIsNotAStepOfTheSeries) {
  const std::string baseline = (directory_ / "baseline.json").string();
  ASSERT_EQ(run_heapscan({"gate", "--write-baseline", baseline, dumps_[4]}).code, 0);
  // It shrinks at first after the baseline; if that were a step, growth would not be steady.
  EXPECT_EQ(gate({"--baseline", baseline, "--max-holder-growth", "*=0/step"}).code, 1);
  EXPECT_EQ(gate({"--baseline", baseline, "--max-holder-growth", "*=0"}).code, 0);
}

TEST_F(Gate, AnUnreadableBaselineIsRejectedWithTheReason) {
  expect_refused({"--max-growth", "0", "--baseline", (directory_ / "absent.json").string()}, 3,
                 "absent.json");
  expect_refused({"--max-growth", "0", "--baseline", file("b.json", "{\n\"a\": 1,\n}")}, 3,
                 "b.json: line 3 is not JSON");
  expect_refused({"--max-growth", "0", "--baseline", file("n.json", "{\"heapscan_baseline\": 7}")},
                 3, "schema 7 of baselines is unsupported; supported: up to 1");
}

TEST_F(Gate, RulesCanComeFromAFile) {
  const std::string config = file("gate.toml",
                                  "# rules\n"
                                  "max-growth = \"1GiB\"\n"
                                  "\n"
                                  "[gate]\n"
                                  "max-holder-growth = [\"module other*=0\", \"*=0/step\"]\n"
                                  "max-cycles = 5\n");
  const Outcome outcome = gate({"--config", config});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out.find("FAILED: 1 violation of 4 rules"), 0U) << outcome.out;
  // The command line wins.
  EXPECT_EQ(gate({"--config", config, "--max-holder-growth", "*=1GiB"}).code, 0);
}

TEST_F(Gate, AConfigFileNamesReportsAndSuppressionsToo) {
  const std::string known = file("known.txt", std::string("leak:") + kSessions + "\n");
  const std::string report = (directory_ / "gate.json").string();
  const std::string config =
      file("gate.toml", "max-holder-growth = \"*=0/step\"\nsuppressions = \"" + known +
                            "\"\nwarm-up = 1\nreport = \"json=" + report + "\"\n");
  EXPECT_EQ(gate({"--config", config}).code, 0);
  const Json document = Json::parse(file_text(report));
  EXPECT_EQ(document["dumps"].size(), 4U);
  EXPECT_EQ(document["suppressed"].size(), 1U);
}

TEST_F(Gate, ABadConfigFileIsRejectedWithTheLineAndTheReason) {
  const auto refused = [this](const std::string& text, const std::string& reason) {
    expect_refused({"--config", file("gate.toml", text)}, 2, reason);
  };
  refused("max-growth = \"5%\"\n# more\nmax-grwth = \"5%\"\n",
          "gate.toml: line 3: unknown key 'max-grwth': did you mean 'max-growth'?");
  refused("\nmax-type-growth = \"dict\"\n",
          "gate.toml: line 2: max-type-growth: 'dict': expected GLOB");
  refused("max-cycles = -1\n", "gate.toml: line 1: max-cycles: '-1' is not a number from 0");
  refused("[inspect]\nmax-cycles = 1\n", "unknown section [inspect]: only [gate] is allowed");
  refused("warm-up = some\n", "gate.toml: line 1: warm-up: 'some' is not a number");
  refused("report = \"csv=x\"\n", "gate.toml: line 1: 'csv=x' is not FORMAT=FILE");
  refused("\nmax-growth = [\"5%\", \"6%\"]\n",
          "gate.toml: line 2: --max-growth 5% and --max-growth 6% contradict each other");
  refused("max-cycles = 5\nmax-cycles = 6\n",
          "--max-cycles 5 and --max-cycles 6 contradict each other");
  refused("\n[gate\nmax-cycles = 5\n", "gate.toml: line 2: '[gate' has no closing bracket");
  refused("max-cycles 5\n", "gate.toml: line 1: unknown key 'max-cycles 5'");
  expect_refused({"--config", (directory_ / "absent.toml").string()}, 3, "absent.toml");
  expect_refused({"--config", directory_.path().string()}, 3, "is a directory");
  expect_refused({"--config", file("nul.toml", std::string("a\0b", 3))}, 3, "is not a text file");
}

TEST_F(Gate, ContradictoryOptionsAreRejected) {
  expect_refused({"--max-growth", "5%", "--max-growth", "6%"}, 2, "contradict each other");
  expect_refused({"--max-growth", "5%", "--keep", "x"}, 2, "--keep is only valid with --run");
  expect_refused({"--write-baseline", "b.json"}, 2, "--write-baseline takes exactly one dump");
  expect_refused({"--max-growth", "5%", "--report", "junit"}, 2, "formats: github|json|junit");
  expect_refused({"--max-growth", "5%", "--report", "junit=x", "--report", "sarif=x"}, 2,
                 "--report sarif=x: another report goes to x too");
  const Outcome checked =
      run_heapscan({"gate", "--write-baseline", "b.json", dumps_[0], "--max-growth", "5%"});
  EXPECT_EQ(checked.code, 2);
  EXPECT_NE(checked.err.find("cannot be combined with rules or reports"), std::string::npos)
      << checked.err;
  const Outcome alone = run_heapscan({"gate", "--baseline", "b.json", "--max-growth", "5%"});
  EXPECT_EQ(alone.code, 2);
  EXPECT_NE(alone.err.find("no dump to compare"), std::string::npos) << alone.err;
}

TEST_F(Gate, AnInvalidRuleIsRejected) {
  expect_refused({}, 2, "no rules given");
  expect_refused({"--max-growth", "five"}, 2, "limit 'five' does not begin with a digit");
  expect_refused({"--max-grwoth", "5%"}, 2, "did you mean '--max-growth'?");
  expect_refused({"--max-unexplained", "5KiB"}, 2, "expected a percentage such as 1%");
  expect_refused({"--max-type-growth", "dict"}, 2, "expected GLOB=LIMIT");
  expect_refused({"--max-new-suspect", "0/step"}, 2, "/step does not apply to a single dump");
  expect_refused({"--max-growth", "5%", "--warm-up", "x"}, 2, "--warm-up: 'x' is not a number");
}

TEST_F(Gate, SuppressedLeaksPassAndAreReported) {
  const std::string known = file("known.txt",
                                 "# known\n"
                                 "leak:shop.Session\n"
                                 "leak:nothing.like.this\n"
                                 "leak:shop.* until=2020-01-31\n");
  const Outcome outcome =
      gate({"--max-holder-growth", "*=0/step", "--max-growth", "1KiB", "--suppressions", known});
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_NE(outcome.out.find("1 violation suppressed, 21.4 KiB of growth ignored"),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("known.txt:3: leak:nothing.like.this matches nothing that grew"),
            std::string::npos);
  EXPECT_NE(outcome.out.find("known.txt:4: leak:shop.* expired on 2020-01-31"), std::string::npos);
  expect_refused({"--max-growth", "0", "--suppressions", file("bad.txt", "\nrace:x\n")}, 3,
                 "bad.txt: line 2: expected 'leak:GLOB'");
}

TEST_F(Gate, SuppressedGrowthIsNotNamedAsACauseOfTheRest) {
  // These are all of 21.4 KiB: what is left violates the limit because the dump has more cycles.
  const std::string known = file("known.txt", "leak:shop.Session\nleak:shop.Node*\n");
  ShopHeap shop = shop_heap(50, 40);
  shop.sketch.facts().taken_at += 9;
  dumps_.push_back(write_dump(shop.sketch.heap(), directory_ / "cycles"));
  const Outcome all = gate({"--max-growth", "0", "--max-cycles", "0"});
  EXPECT_NE(all.out.find(": module shop > ._SESSIONS"), std::string::npos) << all.out;
  EXPECT_NE(all.out.find(" cycles: shop.Node"), std::string::npos) << all.out;
  const Outcome rest = gate({"--max-growth", "0", "--max-cycles", "0", "--suppressions", known});
  EXPECT_NE(rest.out.find("  --max-growth 0\n"), std::string::npos) << rest.out;
  EXPECT_NE(rest.out.find(" objects: unreachable"), std::string::npos) << rest.out;
  EXPECT_EQ(rest.out.find(": module shop > ._SESSIONS"), std::string::npos) << rest.out;
  EXPECT_EQ(rest.out.find(" cycles: shop.Node"), std::string::npos) << rest.out;
}

TEST_F(Gate, SeveralReportsAreWrittenAtOnce) {
  std::vector<std::string> arguments = {"--max-holder-growth", "*=0/step"};
  for (const char* format : {"text", "json", "junit", "github", "sarif", "markdown"}) {
    arguments.emplace_back("--report");
    arguments.push_back(std::string(format) + "=" + (directory_ / format).string());
  }
  const Outcome outcome = gate(arguments);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(file_text(directory_ / "text"), outcome.out);
  for (const char* format : {"json", "junit", "github", "sarif", "markdown"}) {
    const std::string text = file_text(directory_ / format);
    EXPECT_EQ(text, gate({"--max-holder-growth", "*=0/step", "--format", format}).out) << format;
    EXPECT_NE(text.find("SESSIONS"), std::string::npos) << format;
  }
}

TEST_F(Gate, ItsAnnotationsKeepToOneLineEach) {
  const Outcome outcome = gate({"--max-type-growth", "shop.Se*=0", "--format", "github"});
  EXPECT_EQ(outcome.out.find("::error title=heapscan gate --max-type-growth shop.Se*=0::"
                             "shop.Session: 1.4 KiB -> 2.3 KiB, +960 B (+66.7%25)%0A"),
            0U)
      << outcome.out;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
}

/// A program on the bundled runtime whose C++ code takes references and forgets to release some.
class ForgetfulProgram {
 public:
  ForgetfulProgram() {
    const Ref shop = runtime::module::make(runtime_, "shop");
    runtime_.add_module(shop);
    runtime::module::set(shop, "orders", runtime::list::make(runtime_));
    orders_ = runtime::module::get(shop, "orders");
  }

  /// Adds orders; the code forgets to release its references to the first `forgotten` of them.
  void take_orders(std::uint64_t orders, std::uint64_t forgotten) {
    for (std::uint64_t order = 0; order < orders; ++order) {
      const Ref text = runtime::str::make_unshared(runtime_, std::string(100, 'o'));
      runtime::list::append(orders_, text);
      if (order < forgotten) {
        references_.push_back(text);
      }
    }
  }

  [[nodiscard]] std::string dump_to(const std::filesystem::path& path) const {
    return write_dump(runtime::dump_heap(runtime_), path);
  }

 private:
  using Ref = runtime::Ref;

  runtime::Runtime runtime_;
  runtime::View orders_;
  std::vector<Ref> references_;
};

TEST(GateOfTheRuntime, UnexplainedCountsViolateTheirRule) {
  const TemporaryDirectory directory;
  ForgetfulProgram program;
  program.take_orders(100, 0);
  const std::string before = program.dump_to(directory / "1.hsd");
  program.take_orders(100, 7);
  const std::string after = program.dump_to(directory / "2.hsd");
  const auto gate = [&](const std::string& share, const std::string& last) {
    return run_heapscan({"gate", before, last, "--max-unexplained", share});
  };
  EXPECT_EQ(gate("0%", before).code, 0);
  const Outcome broken = gate("0%", after);
  EXPECT_EQ(broken.code, 1);
  EXPECT_NE(broken.out.find("unexplained counts: 7 of "), std::string::npos) << broken.out;
  EXPECT_EQ(gate("50%", after).code, 0);
}

TEST(GateOfTheRuntime, ANewSuspectViolatesItsRule) {
  const TemporaryDirectory directory;
  ForgetfulProgram program;
  const std::string before = program.dump_to(directory / "1.hsd");
  program.take_orders(1000, 0);
  const std::string after = program.dump_to(directory / "2.hsd");
  const auto gate = [&](const std::string& first, const std::string& limit) {
    return run_heapscan({"gate", first, after, "--max-new-suspect", limit});
  };
  const Outcome broken = gate(before, "64KiB");
  EXPECT_EQ(broken.code, 1);
  EXPECT_NE(broken.out.find("module shop > .orders > list: str: "), std::string::npos)
      << broken.out;
  EXPECT_NE(broken.out.find("see: heapscan inspect " + after + " --suspects"), std::string::npos);
  EXPECT_EQ(gate(before, "1MiB").code, 0);
  EXPECT_EQ(gate(before, "99%").code, 0);
  EXPECT_EQ(gate(after, "0").code, 0);  // It was there before.
}

}  // namespace
}  // namespace heapscan::tests
