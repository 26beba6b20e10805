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

class Ways : public testing::Test {
 protected:
  /// The shop, with a first session that a log and a running function hold too.
  [[nodiscard]] std::string shop() const {
    ShopHeap shop = shop_heap(3, 0);
    const auto log = shop.sketch.object("list", 56);
    shop.sketch.global(shop.module, "_LOG", log);
    shop.sketch.item(log, shop.first_session, 0);
    shop.sketch.root(shop.first_session, dump::RootKind::kFrame, "MainThread serve() session");
    return write_dump(shop.sketch.heap(), directory_ / "shop.hsd");
  }

  TemporaryDirectory directory_;
};

TEST_F(Ways, AllPathsToAnObjectShareNoReference) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--object", "0x1100", "--paths", "5"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(Paths to shop.Session 0x1100 (48 B): no two share a reference
  number  path
       1  frame MainThread serve() session > shop.Session
       2  module shop > ._SESSIONS > ['u-0'] > shop.Session
       3  module shop > ._LOG > [0] > shop.Session
  no more paths: 3 references, one on each path, must be cut to free it
)");
}

TEST_F(Ways, FewerPathsThanExistAreReportedAsSuch) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--object", "0x1100", "--paths", "1"});
  EXPECT_NE(outcome.out.find("  there are more paths\n"), std::string::npos) << outcome.out;
  const Json paths = Json::parse(
      run_heapscan({"inspect", shop(), "--object", "0x1100", "--paths", "9", "--format", "json"})
          .out)["paths"];
  EXPECT_EQ(paths["paths"].size(), 3U);
  EXPECT_TRUE(paths["all"]);
}

TEST_F(Ways, PathsOfATypeAreMergedIntoOneTree) {
  const Outcome outcome = run_heapscan({"inspect", shop(), "--type", "list", "--tree"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, R"(Paths to 4 list: merged step by step
  instances     size  path
          4  3.0 KiB  module shop
          3  2.9 KiB    ._SESSIONS dict > [*] shop.Session > .basket list
          1     56 B    ._LOG list
)");
}

TEST_F(Ways, ReferrersAndReferentsAreTreesOfTheGivenDepth) {
  EXPECT_EQ(run_heapscan({"inspect", shop(), "--object", "0x1100", "--referrers", "2"}).out,
            R"(Referrers: each refers to the object above it
  retained  object
   1.0 KiB  shop.Session 0x1100 (48 B)
   6.2 KiB    ['u-0']  dict 0x1080 (4096 B)
  14.6 KiB      ['_SESSIONS']  dict 0x1040 (184 B)
      56 B    [0]  list 0x1400 (56 B)
)");
  EXPECT_EQ(
      run_heapscan({"inspect", shop(), "--object", "0x1080", "--referents", "1", "-n", "3"}).out,
      R"(Referents: each is referred to by the object above it
  retained  object
   6.2 KiB  dict 0x1080 (4096 B)
      50 B    key 'u-0'  str 'u-0' 0x1140 (50 B)
   1.0 KiB    ['u-0']  shop.Session 0x1100 (48 B)
            [4 more objects within reach: raise --limit]
)");
}

TEST_F(Ways, RequireAnObjectOrAType) {
  EXPECT_EQ(run_heapscan({"inspect", "x", "--paths", "2"}).code, 2);
  EXPECT_EQ(run_heapscan({"inspect", "x", "--tree"}).code, 2);
  EXPECT_EQ(run_heapscan({"inspect", "x", "--type", "dict", "--referrers", "1"}).code, 2);
  EXPECT_EQ(run_heapscan({"inspect", "x", "--object", "0x10", "--paths", "0"}).code, 2);
}

}  // namespace
}  // namespace heapscan::tests
