#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dump/heap_builder.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"
#include "tests/unit/cli/shop_heap.h"

namespace heapscan::tests {
namespace {

using Json = nlohmann::json;

class Inspect : public testing::Test {
 protected:
  [[nodiscard]] std::string dump_of(const HeapSketch& sketch) const {
    return write_dump(sketch.heap(), directory_ / "shop.hsd");
  }

  TemporaryDirectory directory_;
};

TEST_F(Inspect, ShowsWhatFillsTheHeapWhoHoldsItAndWhatIsGarbage) {
  const Outcome outcome =
      run_heapscan({"inspect", dump_of(shop_heap(45, 40).sketch), "--limit", "4"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, R"(CPython 3.11.2, process 4242 on web-3
  command       python3 -m shop --port 8000
  taken         2023-11-14 22:13:20 UTC, stopped for 210 ms
  heap          67.6 KiB in 262 objects, 260 references
  resident      50.0 MiB: 40.0 MiB anonymous, 10.0 MiB files
  garbage       7.0 KiB in 121 unreachable objects, 40 cycles
  collector     enabled, thresholds 700/10/10, counts 12/3/1
  refcounts     99.2% explained by the dump; 2 objects held by native code
  conservative  1 object of unknown layout: references found by scanning

Leak suspects: where memory accumulates; all of them with --suspects
      size  share  what accumulates, and where
  52.3 KiB  86.2%  45 shop.Session in dict 0x1080
                   module shop > ._SESSIONS > dict
                   largest part: module shop > ._SESSIONS > ['u-0'] > .basket > list
                   45 list 43.9 KiB, 1 dict 4.0 KiB, 2 more types 4.3 KiB
   8.0 KiB  13.2%  numpy.ndarray 0x5100
                   module shop > ._BUFFER > numpy.ndarray

Types by size
  count      size  share  retained  type
     45  43.9 KiB  65.0%  43.9 KiB  list
      1   8.0 KiB  11.8%   8.0 KiB  numpy.ndarray
     80   5.0 KiB   7.4%       0 B  shop.Node
     87   4.2 KiB   6.3%   2.3 KiB  str
     49   6.4 KiB   9.5%            [4 others]
    262  67.6 KiB                   total

Top dominators by retained size
  retained   share  object and its path from a root
  60.6 KiB  100.0%  module shop 0x1000 (72 B)
                    52.3 KiB of it at module shop > ._SESSIONS > dict
                    in dict 0x1080 (4096 B)
  60.6 KiB          total reachable

Unreachable cycles: garbage that reference counting cannot free
  cycles  objects     size  finalizer  cycle
      40      120  7.0 KiB  yes        shop.Node .next > shop.Node .prev > shop.Node
                1     72 B             [held by several cycles, or about to be freed]
      40      121  7.0 KiB             total
  for example shop.Node 0x3300 (64 B)
    .next -> shop.Node 0x3340 (64 B)
    .prev -> back to the first
)");
}

TEST_F(Inspect, ShowsOneObjectWithEverythingAroundIt) {
  const Outcome outcome =
      run_heapscan({"inspect", dump_of(shop_heap(2, 0).sketch), "--object", "0x1100", "--bytes"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(shop.Session 0x1100 (48 B)
  type       shop.Session
  size       48
  retained   1,048, 7.1% of the reachable heap
  refcount   1, explained by the dump
  flags      gc-tracked, generation 2
  dominator  dict 0x1080 (4096 B)
  path       module shop > ._SESSIONS > ['u-0'] > shop.Session

Referrers (1)
  reference  retained  object
  ['u-0']       6,292  dict 0x1080 (4096 B)

Referents (1)
  reference  retained  object
  .basket       1,000  list 0x1180 (1000 B)

Weak references to it (1)
  object
  weakref 0x11c0 (72 B)
)");
}

TEST_F(Inspect, AcceptsAnAddressInDecimalAsPythonPrintsIt) {
  const std::string dump = dump_of(shop_heap(2, 0).sketch);
  EXPECT_EQ(run_heapscan({"inspect", dump, "--object", "4352"}).out,
            run_heapscan({"inspect", dump, "--object", "0x1100"}).out);
}

TEST_F(Inspect, ShowsOneTypeAndWhoHoldsItsInstances) {
  const Outcome outcome = run_heapscan(
      {"inspect", dump_of(shop_heap(45, 0).sketch), "--type", "shop.Session", "-n", "2"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(type shop.Session
  instances    45
  size         2.1 KiB
  retained     46.1 KiB, 76.0% of the reachable heap
  generations  45 in generation 2

Referrers
  instances     size  type of the referrer
         45  2.1 KiB  dict (value)

Paths from roots
  instances     size  path
         45  2.1 KiB  module shop > ._SESSIONS > dict[*] > shop.Session

Largest instances
     size  retained  object and its path from a root
     48 B   1.0 KiB  shop.Session 0x1100 (48 B)
                     module shop > ._SESSIONS > ['u-0'] > shop.Session
     48 B   1.0 KiB  shop.Session 0x1200 (48 B)
                     module shop > ._SESSIONS > ['u-1'] > shop.Session
                     [43 others]
  2.1 KiB  46.1 KiB  total
)");
}

TEST_F(Inspect, SuggestsTheTypeThatWasMeant) {
  const Outcome outcome =
      run_heapscan({"inspect", dump_of(shop_heap(2, 0).sketch), "--type", "Session"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "heapscan: --type: no type is named 'Session': did you mean 'shop.Session'?\n");
}

TEST_F(Inspect, ReportsWhatIsNearAnAddressWhereNoObjectStarts) {
  const std::string dump = dump_of(shop_heap(2, 0).sketch);
  const Outcome inside = run_heapscan({"inspect", dump, "--object", "0x1008"});
  EXPECT_EQ(inside.code, 2);
  EXPECT_NE(inside.err.find("it is inside module 0x1000"), std::string::npos) << inside.err;
  const Outcome before = run_heapscan({"inspect", dump, "--object", "0x10"});
  EXPECT_NE(before.err.find("the next one is module 0x1000"), std::string::npos) << before.err;
}

TEST_F(Inspect, NeverLetsANameControlTheTerminal) {
  HeapSketch sketch;
  const auto module = sketch.module("evil\x1b[2J");
  sketch.facts().command = "python3\n\x1b[31m";
  sketch.global(module, "a\u202eb", sketch.object("T\xff\n"));
  sketch.global(module, "c", sketch.text("\x1b]0;title\x07"));
  const std::string dump = dump_of(sketch);
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"inspect", dump},
                                                    {"inspect", dump, "--object", "0x1040"},
                                                    {"inspect", dump, "--type", "T\xff\n"},
                                                    {"inspect", dump, "--format", "json"},
                                                    {"inspect", dump, "--by", "referrers"},
                                                    {"inspect", dump, "--waste"},
                                                    {"inspect", dump, "--type", "\x1b[31m"}}) {
    const Outcome outcome = run_heapscan(arguments);
    for (const std::string& text : {outcome.out, outcome.err}) {
      EXPECT_EQ(text.find_first_of("\x1b\x07\xff"), std::string::npos) << text;
      EXPECT_EQ(text.find("\u202e"), std::string::npos) << text;
    }
    EXPECT_FALSE(outcome.out.empty() && outcome.err.empty());
  }
}

TEST_F(Inspect, SharedMemoryOfTheProcessIsAPartOfWhatIsResident) {
  ShopHeap shop = shop_heap(45, 40);
  shop.sketch.facts().rss = 53 << 20;
  shop.sketch.facts().rss_shared = 3 << 20;
  const Outcome outcome = run_heapscan({"inspect", dump_of(shop.sketch)});
  EXPECT_NE(outcome.out.find("53.0 MiB: 40.0 MiB anonymous, 10.0 MiB files, 3.0 MiB "
                             "shared memory\n"),
            std::string::npos);
}

TEST_F(Inspect, ShowsHowFullTheArenasAndPoolsAre) {
  dump::HeapBuilder builder;
  const auto none = dump::StringId::none();
  for (std::uint64_t arena = 0; arena < 2; ++arena) {
    builder.add_region({.address = arena << 20U,
                        .size = 1 << 20U,
                        .used = 12288,
                        .kind = dump::RegionKind::kArena,
                        .name = none});
    builder.add_region({.address = arena << 20U,
                        .size = 16384,
                        .used = 12288,
                        .kind = dump::RegionKind::kPool,
                        .name = none,
                        .block_size = 32});
  }
  const std::string dump = write_dump(std::move(builder).finish(), directory_ / "pools.hsd");
  const Outcome text = run_heapscan({"inspect", dump});
  EXPECT_NE(
      text.out.find("  allocator   2.0 MiB in 2 arenas, 1.2% of it allocated; 2 pools in use, "
                    "75.0% full\n"),
      std::string::npos)
      << text.out;
  const Json document = Json::parse(run_heapscan({"inspect", dump, "--format", "json"}).out);
  EXPECT_EQ(document["allocator"], Json({{"arenas", 2},
                                         {"arenas_size", 2 << 20U},
                                         {"pools", 2},
                                         {"pools_size", 2 * 16384},
                                         {"used", 2 * 12288}}));
}

TEST_F(Inspect, ShowsNothingAboutArenasThatTheDumpDoesNotHave) {
  const std::string dump = dump_of(shop_heap(2, 0).sketch);
  EXPECT_EQ(run_heapscan({"inspect", dump}).out.find("allocator"), std::string::npos);
  EXPECT_FALSE(
      Json::parse(run_heapscan({"inspect", dump, "--format", "json"}).out).contains("allocator"));
}

TEST_F(Inspect, PrintsJsonThatParsesWithSortedKeysAndAddressesAsText) {
  const Outcome outcome =
      run_heapscan({"inspect", dump_of(shop_heap(45, 40).sketch), "--format", "json", "-n", "2"});
  EXPECT_EQ(outcome.code, 0);
  const Json document = Json::parse(outcome.out);
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["command"], "inspect");
  EXPECT_EQ(document["dump"]["objects"], 262);
  EXPECT_EQ(document["dump"]["rss_shared"], nullptr) << "not known is null";
  EXPECT_EQ(document["types"].size(), 2U);
  EXPECT_EQ(document["type_count"], 8);
  EXPECT_EQ(document["types"][0]["type"], "list");
  EXPECT_EQ(document["types"][0]["size"], 45000);
  EXPECT_EQ(document["holders"][0]["address"], "0x1000");
  EXPECT_EQ(document["holders"][0]["gathers_at"]["address"], "0x1080");
  EXPECT_EQ(document["garbage"]["cycles"], 40);
  EXPECT_EQ(document["garbage"]["groups"][0]["example"].size(), 2U);
  EXPECT_EQ(document.dump(2, ' ', true) + "\n", outcome.out);
}

TEST_F(Inspect, PrintsAnObjectAndATypeAsJson) {
  const std::string dump = dump_of(shop_heap(3, 0).sketch);
  const Json object =
      Json::parse(run_heapscan({"inspect", dump, "--object", "0x1100", "--format", "json"}).out);
  EXPECT_EQ(object["object"]["type"], "shop.Session");
  EXPECT_EQ(object["object"]["referrers"][0]["reference"], "['u-0']");
  EXPECT_EQ(object["object"]["weak_referrers"].size(), 1U);
  EXPECT_EQ(object["object"]["path"]["root"], "module shop");
  const Json type = Json::parse(
      run_heapscan({"inspect", dump, "--type", "shop.Session", "--format", "json"}).out);
  EXPECT_EQ(type["type"]["instances"], 3);
  EXPECT_EQ(type["type"]["generations"]["2"], 3);
  EXPECT_EQ(type["type"]["paths"][0]["instances"], 3);
}

TEST_F(Inspect, PrintsOneTableAsCsvWhateverIsShown) {
  const std::string dump = dump_of(shop_heap(45, 40).sketch);
  const auto csv = [&dump](std::vector<std::string> options) {
    options.insert(options.begin(), {"inspect", dump, "--format", "csv", "-n", "1"});
    return run_heapscan(options).out;
  };
  EXPECT_EQ(csv({}), "objects,size,retained,type\n45,45000,45000,list\n");
  EXPECT_EQ(csv({"--by", "module"}), "objects,size,retained,name\n136,53774,,builtins\n");
  EXPECT_EQ(csv({"--object", "0x1100"}),
            "reference,kind,address,type,size,retained,refcount,value\n"
            "['u-0'],value,0x1080,dict,4096,53506,1,\n");
  EXPECT_EQ(csv({"--object", "0x1100", "--paths", "1"}),
            "text,root,root_kind,signature\n"
            "module shop > ._SESSIONS > ['u-0'] > shop.Session,module shop,module,"
            "module shop > ._SESSIONS > dict[*] > shop.Session\n");
  EXPECT_EQ(csv({"--cycle", "1"}),
            "source,type,reference,target,target_type\n"
            "0x3300,shop.Node,.next,0x3340,shop.Node\n"
            "0x3340,shop.Node,.prev,0x3300,shop.Node\n");
  for (const std::vector<std::string>& view :
       std::vector<std::vector<std::string>>{{"--suspects"},
                                             {"--cycles"},
                                             {"--type", "list"},
                                             {"--type", "list", "--tree"},
                                             {"--object", "0x1100", "--referrers", "2"},
                                             {"--waste"}}) {
    const std::string table = csv(view);
    EXPECT_EQ(table.find("total"), std::string::npos) << table;
    EXPECT_NE(table.find(','), std::string::npos) << table;
  }
}

TEST_F(Inspect, PrintsAllTablesAsMarkdown) {
  const Outcome outcome = run_heapscan(
      {"inspect", dump_of(shop_heap(45, 40).sketch), "--format", "markdown", "--limit", "1"});
  EXPECT_EQ(outcome.code, 0);
  for (const char* part :
       {"## CPython 3.11.2, process 4242 on web-3\n\n- command: ",
        "\n### Leak suspects: where memory accumulates",
        "\n### Types by size\n\n| count | size | share | retained | type |\n",
        "\n### Top dominators by retained size\n", "\n### Unreachable cycles: "}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << outcome.out;
  }
}

TEST_F(Inspect, OfAnIncompleteDumpReportsThatAndExitsWithFour) {
  ShopHeap shop = shop_heap(1, 0);
  shop.sketch.facts().complete = false;
  const Outcome outcome = run_heapscan({"inspect", dump_of(shop.sketch)});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.err.find("figures are lower bounds"), std::string::npos);
  EXPECT_NE(outcome.out.find("incomplete"), std::string::npos);
}

TEST_F(Inspect, OfAnEmptyHeapIsShort) {
  const Outcome outcome = run_heapscan({"inspect", dump_of(HeapSketch())});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("0 B in 0 objects, 0 references"), std::string::npos) << outcome.out;
}

TEST_F(Inspect, OfAMissingFileOrOneThatIsNotADumpExitsWithThree) {
  EXPECT_EQ(run_heapscan({"inspect", (directory_ / "none.hsd").string()}).code, 3);
  EXPECT_EQ(run_heapscan({"inspect", "/dev/null"}).code, 3);
  EXPECT_EQ(run_heapscan({"inspect", directory_.path().string()}).code, 3);
}

TEST_F(Inspect, WritesToAFileAndDoesNotOverwriteOneUnlessForced) {
  const std::string dump = dump_of(shop_heap(2, 0).sketch);
  const std::string file = (directory_ / "result.txt").string();
  EXPECT_EQ(run_heapscan({"inspect", dump, "-o", file}).out, "");
  EXPECT_EQ(file_text(file), run_heapscan({"inspect", dump}).out);

  const Outcome refused = run_heapscan({"inspect", dump, "-o", file, "--format", "json"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.err.find("add --force"), std::string::npos);
  EXPECT_EQ(run_heapscan({"inspect", dump, "-o", file, "--format", "json", "-f"}).code, 0);
  EXPECT_TRUE(Json::accept(file_text(file)));
}

TEST_F(Inspect, ReportsProgressWhenAsked) {
  const std::string dump = dump_of(shop_heap(2, 0).sketch);
  EXPECT_EQ(run_heapscan({"inspect", dump}).err, "");
  EXPECT_EQ(run_heapscan({"inspect", dump, "--progress", "always"}).err,
            "heapscan: reading " + dump + " ...\nheapscan: computing dominators ...\n");
}

TEST_F(Inspect, LeavesNoTrailingSpaces) {
  const std::string dump = dump_of(shop_heap(45, 40).sketch);
  for (const char* type : {"shop.Session", "str", "module"}) {
    EXPECT_EQ(run_heapscan({"inspect", dump, "--type", type}).out.find(" \n"), std::string::npos);
  }
  EXPECT_EQ(run_heapscan({"inspect", dump}).out.find(" \n"), std::string::npos);
}

}  // namespace
}  // namespace heapscan::tests
