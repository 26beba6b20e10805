#include "dump/utf8.h"

#include <gtest/gtest.h>

namespace heapscan::dump {
namespace {

TEST(ValidUtf8, KeepsWhatIsValidAndEscapesTheOtherBytesOneByOne) {
  EXPECT_EQ(valid_utf8(""), "");
  EXPECT_EQ(valid_utf8("a\n\x1b"), "a\n\x1b");
  EXPECT_EQ(valid_utf8("Gr\u00fc\u00dfe \u65e5\u672c \U0001f600"),
            "Gr\u00fc\u00dfe \u65e5\u672c \U0001f600");
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a\\xffb");
  EXPECT_EQ(valid_utf8("\xc3"), "\\xc3") << "cut short";
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
}

TEST(ValidUtf8, ItsResultIsValidWhateverTheBytes) {
  for (unsigned first = 0; first < 0x100; ++first) {
    for (unsigned second = 0; second < 0x100; ++second) {
      const std::string text =
          valid_utf8(std::string{static_cast<char>(first), static_cast<char>(second), '\x80', 'x'});
      EXPECT_EQ(valid_utf8(text), text);
    }
  }
}

TEST(IsDeceptive, IsACharacterThatIsInvisibleOrChangesItsSurroundings) {
  for (const char* const text :
       {"\x1b", "\x7f", "\xff", "\u200b", "\u202e", "\u2028", "\ufeff", "\uffff", "\U000e0041"}) {
    EXPECT_TRUE(is_deceptive(first_character(text))) << text;
  }
  for (const char* const text : {"a", " ", "\u00fc", "\u65e5", "\U0001f600"}) {
    EXPECT_FALSE(is_deceptive(first_character(text))) << text;
  }
}

}  // namespace
}  // namespace heapscan::dump
