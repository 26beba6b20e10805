#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.h"
#include "tests/unit/cli/run_heapscan.h"
#include "tests/unit/cli/shop_heap.h"

namespace heapscan::tests {
namespace {

using Json = nlohmann::json;

class InspectBy : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> options) const {
    options.insert(options.begin(), {"inspect", dump_});
    return options;
  }

  TemporaryDirectory directory_;
  std::string dump_ = write_dump(shop_heap(45, 40).sketch.heap(), directory_ / "shop.hsd");
};

TEST_F(InspectBy, CountsObjectsByModule) {
  const Outcome outcome = run_heapscan(command({"--by", "module"}));
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, R"(Modules: 67.6 KiB in 262 objects, 260 references
  count      size  share  module
    136  52.5 KiB  77.7%  builtins
      1   8.0 KiB  11.8%  numpy
    125   7.1 KiB  10.5%  shop
    262  67.6 KiB         total
)");
}

TEST_F(InspectBy, WithRetainedSortsByIt) {
  EXPECT_EQ(run_heapscan(command({"--by", "type", "--retained", "--limit", "2"})).out,
            R"(Types: 67.6 KiB in 262 objects, 260 references
  count      size  share  retained  type
      1      72 B   0.1%  60.6 KiB  module
      2   4.2 KiB   6.2%  60.5 KiB  dict
    259  63.4 KiB  93.7%            [6 others]
    262  67.6 KiB                   total
)");
}

TEST_F(InspectBy, ShowsWhatTheFilterLeavesOut) {
  EXPECT_EQ(run_heapscan(command({"--by", "type", "--filter", "shop.*", "--filter", "list",
                                  "--filter", "size>=64", "-n", "1"}))
                .out,
            R"(Types: 67.6 KiB in 262 objects, 260 references
  count      size  share  type
     45  43.9 KiB  65.0%  list
     80   5.0 KiB   7.4%  [1 other]
    137  18.7 KiB  27.6%  [excluded by --filter]
    262  67.6 KiB         total
)");
}

TEST_F(InspectBy, PrintsRowsThatAddUpToTheHeapForEveryKey) {
  for (const char* key : {"type", "module", "package", "size", "generation", "root", "referrers"}) {
    const Outcome outcome =
        run_heapscan(command({"--by", key, "--filter", "s*", "--format", "json", "-n", "0"}));
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const Json document = Json::parse(outcome.out);
    const Json& histogram = document["histogram"];
    EXPECT_EQ(histogram["by"], key);
    EXPECT_EQ(histogram["row_count"], histogram["rows"].size());
    std::uint64_t objects = histogram["left_out"]["objects"];
    std::uint64_t size = histogram["left_out"]["size"];
    EXPECT_GT(objects, 0U);
    for (const Json& row : histogram["rows"]) {
      objects += row["objects"].get<std::uint64_t>();
      size += row["size"].get<std::uint64_t>();
      EXPECT_TRUE(row["retained"].is_null());
    }
    EXPECT_EQ(objects, document["dump"]["objects"]) << key;
    EXPECT_EQ(size, document["dump"]["size"]) << key;
  }
}

TEST_F(InspectBy, ByAKeyThatTheDumpDoesNotHaveIsAnError) {
  const Outcome outcome = run_heapscan(command({"--by", "site"}));
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("has no allocation sites"), std::string::npos);
}

TEST_F(InspectBy, OfAnEmptyHeapIsATotalOfZero) {
  const std::string empty = write_dump(HeapSketch().heap(), directory_ / "empty.hsd");
  EXPECT_EQ(run_heapscan({"inspect", empty, "--by", "type", "--retained"}).out,
            R"(Types: 0 B in 0 objects, 0 references
  count  size  share  retained  type
      0   0 B                   total
)");
}

TEST_F(InspectBy, RejectsOptionsThatDoNotGoTogether) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--by", "colour"},
                                             {"--retained"},
                                             {"--filter", "shop.*"},
                                             {"--by", "type", "--filter", "size>=much"},
                                             {"--by", "type", "--type", "list"},
                                             {"--by", "type", "--object", "0x1000"}}) {
    const Outcome outcome = run_heapscan(command(options));
    EXPECT_EQ(outcome.code, 2) << options.back();
    EXPECT_EQ(outcome.out, "") << options.back();
  }
}

}  // namespace
}  // namespace heapscan::tests
