#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/compare/growth_listing.h"
#include "cli/render/text.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"
#include "tests/unit/cli/shop_heap.h"

namespace heapscan::tests {
namespace {

using cli::list_owners;
using cli::ObjectChanges;
using cli::Page;
using cli::print_text;
using cli::RowChoice;
using cli::TextStyle;
using Json = nlohmann::json;

/// Runs diff and gate on a shop before and after 15 more sessions and 39 more cycles.
class Compare : public testing::Test {
 protected:
  Compare() {
    old_ = write_dump(shop_heap(30, 1).sketch.heap(), directory_ / "old.hsd");
    ShopHeap later = shop_heap(45, 40);
    later.sketch.facts().taken_at += 61;
    new_ = write_dump(later.sketch.heap(), directory_ / "new.hsd");
  }

  /// The text without the name of the temporary directory.
  [[nodiscard]] std::string plain(std::string text) const {
    const std::string prefix = directory_.path().string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  TemporaryDirectory directory_;
  std::string old_;
  std::string new_;
};

TEST_F(Compare, DiffShowsWhatGrewAndWhoHoldsIt) {
  const Outcome outcome = run_heapscan({"diff", old_, new_, "-n", "3"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(plain(outcome.out), R"(Heap growth
  heap     44.8 KiB -> 67.6 KiB, +22.9 KiB (+51.1%)
           100 -> 262 objects, +162 (+162.0%)
  old      old.hsd: CPython 3.11.2, process 4242, 2023-11-14 22:13:20 UTC
  new      new.hsd: CPython 3.11.2, process 4242, 2023-11-14 22:14:21 UTC
           same process, 61.0 s apart
  objects  96 survived, 166 new (31.0 KiB), 4 freed (8.2 KiB)

By holder
     growth  percent       now  instances  objects  holder
  +16.1 KiB   +50.0%  48.3 KiB        +15      +45  module shop > ._SESSIONS > dict[*] > shop.Session
   +6.8 KiB      x29   7.0 KiB       +117     +117  unreachable
  +22.9 KiB   +51.1%  67.6 KiB                +162  total

By type
     growth  percent       now  objects  type
  +14.6 KiB   +50.0%  43.9 KiB      +15  list
   +4.9 KiB      x40   5.0 KiB      +78  shop.Node
   +2.6 KiB  +163.6%   4.2 KiB      +54  str
     +720 B   +50.0%   2.1 KiB      +15  [1 other]
  +22.9 KiB   +51.1%  67.6 KiB     +162  total

Unreachable cycles
    growth  percent      now  cycles  objects  cycle
  +6.8 KiB      x40  7.0 KiB     +39     +117  shop.Node .next > shop.Node .prev > shop.Node
  +6.8 KiB      x40  7.0 KiB             +117  total

Survivors that hold new objects
      size  directly  objects  survivor     path
  16.0 KiB        29       44  dict 0x1080  module shop > ._SESSIONS > dict
   8.0 KiB         2        2  dict 0x1040  module shop > .__dict__ > dict
   7.0 KiB                120               [not held by a survivor]
  31.0 KiB                166               total
)");
}

TEST(Owners, OfOneTypeAtOnePlaceAreOneRow) {
  ObjectChanges changes;
  const std::string sessions = "module shop > ._SESSIONS > dict";
  changes.owners = {
      {"dict 0x10", 0x10, sessions, sessions, {2, 500}, 2},
      {"shop.Session 0x20",
       0x20,
       sessions + "['ann'] > shop.Session",
       sessions + "[*] > shop.Session",
       {3, 300},
       1},
      {"shop.Session 0x30",
       0x30,
       sessions + "['bob'] > shop.Session",
       sessions + "[*] > shop.Session",
       {4, 250},
       2},
  };
  std::ostringstream text;
  Page page;
  page.blocks.emplace_back(list_owners(changes, RowChoice()));
  print_text(text, page, TextStyle());
  EXPECT_EQ(text.str(), R"(Survivors that hold new objects
     size  directly  objects  survivor        path
    550 B         3        7  2 shop.Session  module shop > ._SESSIONS > dict[*] > shop.Session
    500 B         2        2  dict 0x10       module shop > ._SESSIONS > dict
  1.0 KiB                  9                  total
)");
}

TEST_F(Compare, DiffInReverseOrderShrinksAndAsksWhetherTheDumpsAreSwapped) {
  const Outcome outcome = run_heapscan({"diff", new_, old_});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("67.6 KiB -> 44.8 KiB, -22.9 KiB (-33.8%)"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.err.find("are they in the wrong order?"), std::string::npos);
}

TEST_F(Compare, ADumpComparedWithItselfIsReported) {
  const Outcome outcome = run_heapscan({"diff", old_, old_});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("compared with itself"), std::string::npos);
  EXPECT_NE(outcome.out.find("nothing changed"), std::string::npos);
}

TEST_F(Compare, DumpsOfDifferentRuntimesAreReported) {
  ShopHeap other = shop_heap(30, 1);
  other.sketch.facts().version = "3.12.1";
  const std::string dump = write_dump(other.sketch.heap(), directory_ / "other.hsd");
  const Outcome outcome = run_heapscan({"diff", old_, dump});
  EXPECT_NE(outcome.err.find("CPython 3.11.2 and CPython 3.12.1"), std::string::npos);
}

TEST_F(Compare, TheJsonOfDiffAddsUpToTheTotal) {
  const Json document =
      Json::parse(run_heapscan({"diff", old_, new_, "--format", "json", "-n", "0"}).out);
  for (const char* list : {"types", "holders"}) {
    std::int64_t growth = 0;
    for (const Json& row : document[list]) {
      growth += row["size_growth"].get<std::int64_t>();
    }
    EXPECT_EQ(growth, document["total"]["size_growth"]) << list;
  }
  EXPECT_EQ(document["same_process"], true);
}

TEST_F(Compare, TheGatePassesWithItsFigures) {
  const Outcome outcome = run_heapscan({"gate", old_, new_, "--max-growth", "1MiB"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(plain(outcome.out),
            "PASSED: 1 rule, no violations\n"
            "  heap     44.8 KiB -> 67.6 KiB, +22.9 KiB (+51.1%)\n"
            "           100 -> 262 objects, +162 (+162.0%)\n"
            "  cycles   40 in new.hsd, 7.0 KiB\n");
}

TEST_F(Compare, TheGateFailsWithTheRuleTheValuesTheHolderAndTheNextCommand) {
  const Outcome outcome =
      run_heapscan({"gate", old_, new_, "--max-growth", "5%", "--max-growth", "10MiB",
                    "--max-type-growth", "shop.Se*=1%", "--max-cycles", "0"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(plain(outcome.out), R"(FAILED: 3 violations of 4 rules
  --max-growth 5%
    total: 44.8 KiB -> 67.6 KiB, +22.9 KiB (+51.1%)
    +16.1 KiB, +45 objects: module shop > ._SESSIONS > dict[*] > shop.Session
    +6.8 KiB, +117 objects: unreachable
    see: heapscan diff old.hsd new.hsd
    fingerprint 4cc9df9256b6ae26
  --max-type-growth shop.Se*=1%
    shop.Session: 1.4 KiB -> 2.1 KiB, +720 B (+50.0%)
    +16.1 KiB, +45 objects: module shop > ._SESSIONS > dict[*] > shop.Session
    see: heapscan inspect new.hsd --type shop.Session
    fingerprint 2be32e45c1bf452b
  --max-cycles 0
    unreachable cycles: 40
    40 cycles: shop.Node .next > shop.Node .prev > shop.Node, 7.0 KiB
    see: heapscan inspect new.hsd --cycles
    fingerprint 64e65212d1f96892
  heap     44.8 KiB -> 67.6 KiB, +22.9 KiB (+51.1%)
           100 -> 262 objects, +162 (+162.0%)
  cycles   40 in new.hsd, 7.0 KiB
)");
}

TEST_F(Compare, EveryLimitOnTheTotalGrowthMustHold) {
  EXPECT_EQ(run_heapscan({"gate", old_, new_, "--max-growth", "1GiB", "--max-growth", "5%"}).code,
            1);
  EXPECT_EQ(run_heapscan({"gate", old_, new_, "--max-growth", "5%", "--max-growth", "1GiB"}).code,
            1);
  EXPECT_EQ(run_heapscan({"gate", old_, new_, "--max-growth", "99%", "--max-growth", "1GiB"}).code,
            0);
}

TEST_F(Compare, TheJsonOfTheGateSaysWhetherItPassedAndWhyNot) {
  const Outcome outcome =
      run_heapscan({"gate", old_, new_, "--max-growth", "5%", "--format", "json"});
  EXPECT_EQ(outcome.code, 1);
  const Json document = Json::parse(outcome.out);
  EXPECT_EQ(document["passed"], false);
  EXPECT_EQ(document["violations"][0]["rule"], "--max-growth 5%");
  EXPECT_EQ(document["violations"][0]["unit"], "bytes");
  EXPECT_FALSE(document["violations"][0]["holders"].empty());
}

TEST_F(Compare, AViolatedRuleTakesPrecedenceOverMissingPartsAndASatisfiedOneDoesNot) {
  ShopHeap partial = shop_heap(45, 40);
  partial.sketch.facts().complete = false;
  const std::string dump = write_dump(partial.sketch.heap(), directory_ / "partial.hsd");
  EXPECT_EQ(run_heapscan({"gate", old_, dump, "--max-growth", "0"}).code, 1);
  EXPECT_EQ(run_heapscan({"gate", old_, dump, "--max-growth", "1GiB"}).code, 4);
}

}  // namespace
}  // namespace heapscan::tests
