#include "cli/console/near_names.h"

#include <gtest/gtest.h>

namespace heapscan::cli {
namespace {

using Names = std::vector<std::string>;

TEST(NearNames, FindsANameByItsLastPart) {
  EXPECT_EQ(near_names("Session", {"dict", "shop.Session", "shop.SessionStore"}, 3),
            (Names{"shop.Session", "shop.SessionStore"}));
}

TEST(NearNames, ForgivesTypingErrorsAndCase) {
  EXPECT_EQ(near_names("inspcet", {"inspect", "diff"}, 3), Names{"inspect"});
  EXPECT_EQ(near_names("dcit", {"dict", "list", "int"}, 1), Names{"dict"});
  EXPECT_EQ(near_names("SHOP.SESSION", {"shop.Session"}, 3), Names{"shop.Session"});
}

TEST(NearNames, SuggestsNothingWhenNothingIsNear) {
  EXPECT_EQ(near_names("frobnicate", {"inspect", "diff"}, 3), Names{});
  EXPECT_EQ(near_names("--nope", {"--type"}, 3), Names{});
}

TEST(NearNames, SuggestsEachNameOnceAndNotTooMany) {
  EXPECT_EQ(near_names("Node", {"a.Node", "a.Node", "b.Node", "c.Node"}, 2),
            (Names{"a.Node", "b.Node"}));
}

TEST(DidYouMean, ReadsAsASentence) {
  EXPECT_EQ(did_you_mean({}), "");
  EXPECT_EQ(did_you_mean({"a"}), ": did you mean 'a'?");
  EXPECT_EQ(did_you_mean({"a", "b", "c"}), ": did you mean 'a', 'b' or 'c'?");
  EXPECT_EQ(see_also("unknown verb 'x'", "a --help"), "unknown verb 'x': see a --help");
  EXPECT_EQ(see_also("unknown verb 'x': did you mean 'a'?", "a --help"),
            "unknown verb 'x': did you mean 'a'? See a --help");
}

}  // namespace
}  // namespace heapscan::cli
