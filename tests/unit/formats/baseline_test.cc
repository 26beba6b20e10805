#include "formats/baseline.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/growth/growth.h"
#include "dump/error.h"
#include "tests/support/heap_dsl.h"

namespace heapscan::formats {
namespace {

using analysis::Profile;
using tests::HeapSketch;

/// A module with a large dict of sessions and a small list of numbers, and a cycle.
HeapSketch shop(int sessions) {
  HeapSketch sketch;
  const auto module = sketch.module("shop");
  const auto cache = sketch.object("dict", 8000);
  sketch.global(module, "_SESSIONS", cache);
  for (int row = 0; row < sessions; ++row) {
    sketch.entry(cache, sketch.text("secret " + std::to_string(row)),
                 sketch.object("shop.Session", 4096));
  }
  const auto numbers = sketch.object("list", 72);
  sketch.global(module, "NUMBERS", numbers);
  sketch.item(numbers, sketch.object("int", 28), 0);
  const auto a = sketch.object("A", 48);
  sketch.attribute(a, a, "self");
  sketch.facts().runtime = "CPython";
  sketch.facts().version = "3.11.2";
  sketch.facts().host = "web-1";
  sketch.facts().pid = 4242;
  sketch.facts().taken_at = 1700000000;
  return sketch;
}

std::string text_of(const HeapSketch& sketch) {
  const dump::Heap heap = sketch.heap();
  const analysis::PathForest paths(heap);
  Profile profile = analysis::profile_of(heap, paths);
  analysis::add_held(profile, heap, paths);
  return baseline_text(profile, "0.1.0");
}

TEST(Baseline, IsTextWithOneLinePerTypeHolderCycleAndSuspect) {
  EXPECT_EQ(text_of(shop(2)), R"({
  "heapscan_baseline": 1,
  "written_by": "0.1.0",
  "runtime": "CPython",
  "version": "3.11.2",
  "collector": "",
  "complete": true,
  "objects": 12,
  "size": 16796,
  "unexplained": 0,
  "least_holder": 4096,
  "types": [
    {"type":"A","objects":1,"size":48},
    {"type":"dict","objects":2,"size":8184},
    {"type":"int","objects":1,"size":28},
    {"type":"list","objects":1,"size":72},
    {"type":"module","objects":1,"size":72},
    {"type":"shop.Session","objects":2,"size":8192},
    {"type":"str","objects":4,"size":200}
  ],
  "holders": [
    {"holder":[["module shop",""]],"objects":1,"size":72},
    {"holder":[["module shop",""],["._SESSIONS","dict"]],"objects":1,"size":8000},
    {"holder":[["module shop",""],["._SESSIONS","dict"],["[*]","shop.Session","behind"]],"objects":2,"size":8192},
    {"holder":[["module shop",""],["._SESSIONS","dict"],["[*]","shop.Session","behind"],["[small holders]",""]],"objects":2,"size":100},
    {"holder":[["module shop",""],["._SESSIONS","dict"],["[small holders]",""]],"objects":1,"size":50},
    {"holder":[["module shop",""],["[small holders]",""]],"objects":4,"size":334},
    {"holder":[["unreachable",""]],"objects":1,"size":48}
  ],
  "cycles": [
    {"cycle":"A .self > A","cycles":1,"objects":1,"size":48,"finalizer":false}
  ],
  "suspects": [
    {"suspect":"module shop > ._SESSIONS > dict","type":"shop.Session","fingerprint":"c775a257d0586613","instances":2,"size":16292}
  ]
}
)");
}

TEST(Baseline, HasNeitherValuesNorAnythingThatDiffersFromRunToRun) {
  HeapSketch later = shop(2);
  later.facts().host = "web-2";
  later.facts().pid = 17;
  later.facts().taken_at = 1800000000;
  const std::string text = text_of(later);
  EXPECT_EQ(text, text_of(shop(2)));
  EXPECT_EQ(text.find("secret"), std::string::npos);
  EXPECT_EQ(text.find("0x"), std::string::npos);
}

TEST(Baseline, IsReadAsItWasWritten) {
  const Profile read = parse_baseline(text_of(shop(2)), "b.json");
  EXPECT_EQ(baseline_text(read, "0.1.0"), text_of(shop(2)));
  const analysis::Growth same = analysis::compare({read, analysis::profile_of(shop(2).heap())});
  EXPECT_TRUE(same.by_type.empty());
  EXPECT_TRUE(same.by_holder.empty());
  EXPECT_TRUE(same.by_cycle.empty());
  const analysis::Growth grown = analysis::compare({read, analysis::profile_of(shop(5).heap())});
  ASSERT_FALSE(grown.by_holder.empty());
  EXPECT_EQ(grown.by_holder[0].key, "module shop > ._SESSIONS > dict[*] > shop.Session");
  EXPECT_EQ(grown.by_holder[0].instance_growth(), 3);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(Baseline, ThatIsMalformedIsRejectedWithThePlaceAndTheReason) {
  const std::string good = text_of(shop(2));
  for (const auto& [text, reason] : std::vector<std::pair<std::string, std::string>>{
           {"", "line 1 is not JSON"},
           {good.substr(0, good.size() / 2), "is not JSON"},
           {replaced(good, "\"size\": 16796,", "\"size\": 16796"), "line 10 is not JSON"},
           {"{}", "heapscan_baseline is missing"},
           {"[]", "not a baseline"},
           {replaced(good, "\"heapscan_baseline\": 1", "\"heapscan_baseline\": 2"),
            "schema 2 of baselines is unsupported; supported: up to 1"},
           {replaced(good, "\"heapscan_baseline\": 1", "\"heapscan_baseline\": \"x\""),
            "heapscan_baseline is not a number"},
           {replaced(good, "\"runtime\": \"CPython\",", ""), "runtime is missing"},
           {replaced(good, "\"complete\": true", "\"complete\": 1"), "neither true nor false"},
           {replaced(good, R"("type":"dict")", R"("type":7)"), "types[1].type is not a string"},
           {replaced(good, R"("objects":2,"size":8184)", R"("objects":-2,"size":8184)"),
            "types[1].objects is not a number"},
           {replaced(good, R"("objects":2,"size":8184)", R"("objects":3,"size":8184)"),
            "its types have 13 objects of 16796 bytes, but the whole heap has 12 of 16796"},
           {replaced(good, R"("objects":2,"size":8192},
    {"holder")",
                     R"("objects":2,"size":8193},
    {"holder")"),
            "its holders have 12 objects of 16797 bytes"},
           {replaced(good, R"([["module shop",""]])", R"([["module shop"]])"),
            "holders[0].holder is not a list of steps"},
           {replaced(good, R"([["module shop",""]])", "[]"), "holders[0].holder has no steps"},
           {replaced(good, "\"behind\"", "\"beside\""), "holders[2].holder is not a list of steps"},
       }) {
    try {
      (void)parse_baseline(text, "b.json");
      ADD_FAILURE() << "taken, where it should be said: " << reason;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
      const std::string message = error.what();
      EXPECT_EQ(message.find("b.json: "), 0U) << message;
      EXPECT_NE(message.find(reason), std::string::npos) << message;
    }
  }
}

}  // namespace
}  // namespace heapscan::formats
