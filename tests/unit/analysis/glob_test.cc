#include "analysis/text/glob.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace heapscan::analysis {
namespace {

TEST(Glob, APatternWithoutStarsMatchesItself) {
  EXPECT_TRUE(glob_matches("app.Session", "app.Session"));
  EXPECT_FALSE(glob_matches("app.Session", "app.Sessions"));
  EXPECT_FALSE(glob_matches("app.Session", "app.Sessio"));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Glob, AStarMatchesAnyText) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("app.*", "app.Session"));
  EXPECT_TRUE(glob_matches("app.*", "app."));
  EXPECT_FALSE(glob_matches("app.*", "application"));
  EXPECT_TRUE(glob_matches("*.Session", "shop.app.Session"));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXcXb"));
}

TEST(Glob, AQuestionMarkMatchesOneByte) {
  EXPECT_TRUE(glob_matches("str?", "str1"));
  EXPECT_FALSE(glob_matches("str?", "str"));
  EXPECT_TRUE(glob_matches("?*", "x"));
  EXPECT_FALSE(glob_matches("?*", ""));
}

TEST(Glob, ManyStarsDoNotTakeLonger) {
  std::string pattern;
  for (int star = 0; star < 1000; ++star) {
    pattern += "*a";
  }
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(10000, 'a')));
}

/// By the definition, in exponentially many steps.
bool naive(std::string_view pattern, std::string_view text) {  // NOLINT(misc-no-recursion)
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern.front() == '*') {
    return naive(pattern.substr(1), text) || (!text.empty() && naive(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         naive(pattern.substr(1), text.substr(1));
}

TEST(Glob, AgreesWithItsDefinitionOnRandomTexts) {
  std::mt19937 random(1);
  const auto text_of = [&](std::string_view letters) {
    std::string text;
    for (auto length = random() % 7; length > 0; --length) {
      text += letters[random() % letters.size()];
    }
    return text;
  };
  for (int round = 0; round < 20000; ++round) {
    const std::string pattern = text_of("ab*?");
    const std::string text = text_of("ab");
    EXPECT_EQ(glob_matches(pattern, text), naive(pattern, text)) << pattern << " on " << text;
  }
}

}  // namespace
}  // namespace heapscan::analysis
