#include "cli/console/printable.h"

#include <gtest/gtest.h>

#include "dump/utf8.h"

namespace heapscan::cli {
namespace {

TEST(Printable, OrdinaryTextInAnyLanguageIsUnchanged) {
  EXPECT_EQ(printable("shop.Session ['u-17']"), "shop.Session ['u-17']");
  EXPECT_EQ(printable("Grüße 日本 😀"), "Grüße 日本 😀");
}

TEST(Printable, ControlCharactersNeverReachTheTerminal) {
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m")
      << "the 8-bit control sequence introducer";
}

TEST(Printable, CharactersThatReorderOrHideTextAreEscaped) {
  EXPECT_EQ(printable("\u202egnp.exe"), "\\u202egnp.exe");
  EXPECT_EQ(printable("a\u200bb"), "a\\u200bb");
  EXPECT_EQ(printable("\ufeff"), "\\ufeff");
  EXPECT_EQ(printable("\u2028"), "\\u2028");
  EXPECT_EQ(printable("\U000e0041"), "\\U000e0041");
}

TEST(Printable, BytesThatAreNotUtf8AreEscapedOneByOne) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("\xc3"), "\\xc3") << "cut short";
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80") << "overlong zero";
  EXPECT_EQ(printable("\xe0\x80\x80"), "\\xe0\\x80\\x80") << "overlong zero in three bytes";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond Unicode";
  EXPECT_EQ(printable("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("Grüße"), 5U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(ElideMiddle, LeavesTextThatFits) {
  EXPECT_EQ(elide_middle("abcdef", 6), "abcdef");
  EXPECT_EQ(elide_middle("abcdef", 0), "abcdef") << "no limit";
}

TEST(ElideMiddle, KeepsBothEndsOfTextThatDoesNot) {
  EXPECT_EQ(elide_middle("module shop > ._SESSIONS > dict[*]", 20), "module s...> dict[*]");
  EXPECT_EQ(elide_middle("abcdefgh", 7), "ab...gh");
  EXPECT_EQ(elide_middle("abcdefgh", 2), "..");
}

TEST(ElideMiddle, NeverCutsACharacterInTwo) {
  for (std::size_t width = 0; width < 20; ++width) {
    const std::string cut = elide_middle("日本語のテキスト😀", width);
    EXPECT_EQ(dump::valid_utf8(cut), cut);
    if (width > 0) {
      EXPECT_LE(display_width(cut), width);
    }
  }
}

}  // namespace
}  // namespace heapscan::cli
