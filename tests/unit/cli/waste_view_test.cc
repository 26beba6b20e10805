#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/heap_dsl.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"

namespace heapscan::tests {
namespace {

using Json = nlohmann::json;

class InspectWaste : public testing::Test {
 protected:
  /// A module that has a list with spare capacity for 20 items, and three lists of floats.
  [[nodiscard]] std::string dump(const std::string& runtime) const {
    HeapSketch sketch;
    sketch.facts().runtime = runtime;
    sketch.facts().version = "3.11.2";
    const auto shop = sketch.module("shop");
    const auto carts = sketch.object("list", 56 + 8 * 23);
    sketch.global(shop, "CARTS", carts);
    for (std::uint32_t copy = 0; copy < 3; ++copy) {
      const auto prices = sketch.object("list", 56 + 8 * 100);
      sketch.item(carts, prices, copy);
      for (std::uint32_t item = 0; item < 100; ++item) {
        sketch.item(prices, sketch.object("float", 24), item);
      }
    }
    return write_dump(sketch.heap(), directory_.path() / (runtime + ".hsd"));
  }

  TemporaryDirectory directory_;
};

TEST_F(InspectWaste, ShowsWhatCouldBeSmallerAndWhereItIsHeld) {
  const Outcome outcome = run_heapscan({"inspect", dump("CPython"), "--waste", "--limit", "1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out,
            R"(Avoidable memory: 7.1 KiB of 10.1 KiB in 307 objects
    saved  share  objects  waste            what to do
  7.0 KiB  69.1%        3  list of numbers  store the numbers in array.array
    160 B   1.6%        1  spare room       copy them once filled: l[:]
  7.1 KiB  70.7%        4  total
  not checked: duplicate strings, because the dump has no content hashes

Where it is held
    saved  objects  waste            path from a root, and an example
  7.0 KiB        3  list of numbers  module shop > .CARTS > list[*] > list
                                     list 0x1100 (856 B)
    160 B        1                   [1 other]
  7.1 KiB        4                   total
)");
}

TEST_F(InspectWaste, ReportsWhatItCouldNotLookFor) {
  const Outcome outcome = run_heapscan({"inspect", dump("PyPy"), "--waste"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            R"(Avoidable memory: 0 B of 10.1 KiB in 307 objects
  saved  share  objects  waste  what to do
    0 B   0.0%        0  total
  not checked: duplicate strings, because the dump has no content hashes
  not checked: instance dicts, lists of numbers, sparse dicts and spare room,
  because the layout of this runtime's objects is not known
)");
}

TEST_F(InspectWaste, PrintsRowsThatAddUpAsJson) {
  const Json document = Json::parse(
      run_heapscan({"inspect", dump("CPython"), "--waste", "--format", "json", "-n", "0"}).out);
  const Json& waste = document["waste"];
  EXPECT_EQ(waste["row_count"], 2);
  EXPECT_EQ(waste["rows"][0]["kind"], "list of numbers");
  EXPECT_EQ(waste["rows"][0]["signature"], "module shop > .CARTS > list[*] > list");
  EXPECT_EQ(waste["rows"][0]["objects"], 3);
  EXPECT_EQ(waste["rows"][0]["saved"], 3 * (856 + 2400 - 880));
  EXPECT_EQ(waste["kinds"]["spare room"]["saved"], 160);
  EXPECT_EQ(waste["kinds"]["sparse dict"]["saved"], 0);
  EXPECT_EQ(waste["kinds"]["duplicate text"], nullptr) << "not looked for";
  EXPECT_EQ(waste["saved"], 3 * (856 + 2400 - 880) + 160);
}

TEST_F(InspectWaste, CannotBeCombinedWithAnotherView) {
  EXPECT_EQ(run_heapscan({"inspect", dump("CPython"), "--waste", "--by", "type"}).code, 2);
  EXPECT_EQ(run_heapscan({"inspect", dump("PyPy"), "--waste", "--type", "list"}).code, 2);
}

}  // namespace
}  // namespace heapscan::tests
