#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/heap_dsl.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"
#include "tests/unit/cli/shop_heap.h"

namespace heapscan::tests {
namespace {

using Json = nlohmann::json;

class Findings : public testing::Test {
 protected:
  [[nodiscard]] std::string shop() const {
    return write_dump(shop_heap(45, 40).sketch.heap(), directory_ / "shop.hsd");
  }

  /// What the verb prints about the heap of a built-in program.
  [[nodiscard]] std::string demo(const std::string& scenario) const {
    std::string path = (directory_ / "demo.hsd").string();
    EXPECT_EQ(run_heapscan({"demo", scenario, "-o", path}).code, 0);
    return path;
  }

  TemporaryDirectory directory_;
};

TEST_F(Findings, SuspectsInFullAddUpToWhatIsReachable) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--suspects", "--bytes"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(Leak suspects: where memory accumulates
    size  share  what accumulates, and where
  53,506  86.2%  45 shop.Session in dict 0x1080
                 module shop > ._SESSIONS > dict
                 largest part: module shop > ._SESSIONS > ['u-0'] > .basket > list
                 45 list 45,000, 1 dict 4,096, 2 more types 4,410
                 fingerprint c775a257d0586613
   8,192  13.2%  numpy.ndarray 0x5100
                 module shop > ._BUFFER > numpy.ndarray
                 fingerprint 5ab7df3f8dd95996
     356   0.6%  [outside all suspects]
  62,054         total reachable
)");
}

TEST_F(Findings, SuspectsInJsonHavePathTypesAndFingerprint) {
  const Outcome outcome =
      run_heapscan({"inspect", shop(), "--suspects", "--format", "json", "-n", "1"});
  const Json document = Json::parse(outcome.out);
  EXPECT_EQ(document["suspect_count"], 2);
  ASSERT_EQ(document["suspects"].size(), 1U);
  const Json& suspect = document["suspects"][0];
  EXPECT_EQ(suspect["rank"], 1);
  EXPECT_EQ(suspect["kind"], "holder");
  EXPECT_EQ(suspect["place"], "module shop > ._SESSIONS > dict");
  EXPECT_EQ(suspect["path"]["signature"], suspect["place"]);
  EXPECT_EQ(suspect["holder"]["address"], "0x1080");
  EXPECT_EQ(suspect["type"], "shop.Session");
  EXPECT_EQ(suspect["instances"], 45);
  EXPECT_EQ(suspect["fingerprint"].get<std::string>().size(), 16U);
  std::uint64_t typed = 0;
  for (const Json& type : suspect["types"]) {
    typed += type["size"].get<std::uint64_t>();
  }
  EXPECT_EQ(typed, suspect["size"]);
}

TEST_F(Findings, CyclesAreNumberedByGroup) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--cycles"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            R"(Unreachable cycles: garbage that reference counting cannot free
  number  cycles  objects  tail     size  finalizer  cycle
       1      40       80    40  7.0 KiB  yes        shop.Node .next > shop.Node .prev > shop.Node
                              1     72 B             [held by several cycles, or about to be freed]
              40       80    41  7.0 KiB             total
)");
}

TEST_F(Findings, OneCycleIsSpelledOutWithTheReferenceToMakeWeak) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--cycle", "1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(Cycle 1: shop.Node .next > shop.Node .prev > shop.Node
  objects    2 in the cycle, 1 in its tail
  size       128 B, and 50 B in its tail
  finalizer  yes
  similar    39 other cycles

Reference by reference
  shop.Node 0x3300 (64 B)
    .next -> shop.Node 0x3340 (64 B)
    .prev -> back to the first

How to break it
  make this reference weak: shop.Node .prev -> shop.Node 0x3300 (64 B)
  or this one: shop.Node .next -> shop.Node 0x3340 (64 B)
  this frees 3 objects, 178 B; all 40 similar cycles: 120 objects, 7.0 KiB
)");
}

TEST_F(Findings, TheCycleOfTheDemoIsFreedByOneWeakReference) {
  const Outcome outcome =
      run_heapscan({"inspect", demo("circular-reference"), "--cycle", "1", "--format", "json"});
  const Json cycle = Json::parse(outcome.out)["cycle"];
  EXPECT_EQ(cycle["example"].size(), 2U);
  EXPECT_EQ(cycle["to_free"]["single"].size(), 2U);
  EXPECT_TRUE(cycle["to_free"]["can_be_weak"]);
  EXPECT_EQ(cycle["to_free"]["freed_objects"].get<int>() * cycle["cycles"].get<int>(),
            cycle["objects"].get<int>() + cycle["tail_objects"].get<int>());
}

TEST_F(Findings, TheCureOfTheDemoLeavesNoCycle) {
  const Outcome outcome = run_heapscan({"inspect", demo("weak-reference-cure"), "--cycles"});
  EXPECT_EQ(outcome.out,
            "Unreachable cycles: garbage that reference counting cannot free\n"
            "  none: everything is reachable\n");
}

TEST_F(Findings, OfACycleThatDoesNotExistAreAnError) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--cycle", "2"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "heapscan: --cycle: there is no cycle 2: the dump has 1 group (see --cycles)\n");
  EXPECT_EQ(run_heapscan({"inspect", shop(), "--cycle", "0"}).code, 2);
}

TEST_F(Findings, AreRequestedOneAtATime) {
  EXPECT_EQ(run_heapscan({"inspect", "x", "--suspects", "--cycles"}).code, 2);
  EXPECT_EQ(run_heapscan({"inspect", "x", "--suspects", "--type", "dict"}).code, 2);
}

}  // namespace
}  // namespace heapscan::tests
