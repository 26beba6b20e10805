#include "formats/output/display_text.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace heapscan::formats {
namespace {

TEST(DisplayText, PlainTextIsUnchanged) {
  EXPECT_EQ(display_text("shop.Session <&\"'\\>", 50), "shop.Session <&\"'\\>");
  EXPECT_EQ(display_text("", 50), "");
  EXPECT_EQ(display_text("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x8D", 3),
            "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x8D");
}

TEST(DisplayText, ControlCharactersAreEscaped) {
  EXPECT_EQ(display_text(std::string_view("a\0b\n\r\t\x1b[31m\x7f", 12), 99),
            "a\\x00b\\n\\r\\t\\x1b[31m\\x7f");
  EXPECT_EQ(display_text("\xC2\x85\xC2\x9B", 99), "\\x85\\x9b");
}

TEST(DisplayText, DirectionMarksAreEscaped) {
  EXPECT_EQ(display_text("\xE2\x80\xAE"
                         "a\xE2\x81\xA9\xE2\x80\xA8",
                         99),
            "\\u202ea\\u2069\\u2028");
  EXPECT_EQ(display_text("\xEF\xBF\xBE\xEF\xBB\xBF", 99), "\\ufffe\\ufeff");
  EXPECT_EQ(display_text("\xF3\xA0\x81\x81", 99), "\\U000e0041");
}

TEST(DisplayText, InvalidUtf8IsEscapedByteByByte) {
  EXPECT_EQ(display_text("a\xff\xfe", 99), "a\\xff\\xfe");
  EXPECT_EQ(display_text("\xC3", 99), "\\xc3");                    // Truncated.
  EXPECT_EQ(display_text("\xC3(", 99), "\\xc3(");                  // Continuation byte missing.
  EXPECT_EQ(display_text("\xC0\xAF", 99), "\\xc0\\xaf");           // Overlong.
  EXPECT_EQ(display_text("\xED\xA0\x80", 99), "\\xed\\xa0\\x80");  // A surrogate.
  EXPECT_EQ(display_text("\xF4\x90\x80\x80", 99), "\\xf4\\x90\\x80\\x80");  // Too large.
}

TEST(DisplayText, LongTextIsShortenedToTheLimitWithAnEllipsis) {
  EXPECT_EQ(display_text("12345", 5), "12345");
  EXPECT_EQ(display_text("123456", 5), "1234\xE2\x80\xA6");
  EXPECT_EQ(display_text(std::string(10000, 'x'), 3), "xx\xE2\x80\xA6");
  EXPECT_EQ(display_text("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9\xE2\x80\xA6");
}

TEST(DisplayText, AnEscapeIsNotCutInTwo) {
  EXPECT_EQ(display_text("ab\n\n", 4), "ab\xE2\x80\xA6");
  EXPECT_EQ(display_text("\x1b\x1b", 5), "\\x1b\xE2\x80\xA6");
}

}  // namespace
}  // namespace heapscan::formats
