#include "cli/verbs.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/verb/values.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

/// All that a word of the command line can be called: "--limit", "-n", "DUMP".
std::set<std::string> names_of(const Verb& verb) {
  std::set<std::string> names;
  for (const Argument& argument : verb.arguments) {
    names.insert(argument.name);
  }
  for (const Option& option : verb.options) {
    for (const std::string& name : names_of(option)) {
      EXPECT_TRUE(names.insert(name).second) << verb.name << ": two options are called " << name;
    }
  }
  return names;
}

TEST(Verbs, EachHasAllThatHelpShows) {
  for (const Verb& verb : heapscan_program().verbs) {
    EXPECT_FALSE(verb.name.empty());
    EXPECT_FALSE(verb.summary.empty()) << verb.name;
    EXPECT_EQ(verb.examples.find("Examples:\n  heapscan " + verb.name), 0U) << verb.name;
    EXPECT_TRUE(verb.run) << verb.name;
  }
}

TEST(Verbs, OptionsReferToOthersThatExist) {
  for (const Verb& verb : heapscan_program().verbs) {
    const std::set<std::string> names = names_of(verb);
    for (const Option& option : verb.options) {
      std::vector<std::string> others = option.needs;
      others.insert(others.end(), option.excludes.begin(), option.excludes.end());
      for (const std::string& other : others) {
        EXPECT_TRUE(names.contains(other)) << verb.name << ' ' << option.names << ": " << other;
      }
    }
  }
}

TEST(Verbs, HelpOfEachOptionFitsBesideItsNames) {
  for (const Verb& verb : heapscan_program().verbs) {
    for (const Option& option : verb.options) {
      std::istringstream lines(option.help);
      EXPECT_FALSE(option.help.empty()) << verb.name << ' ' << option.names;
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 50U) << verb.name << ' ' << option.names << ": " << line;
      }
    }
  }
}

TEST(Verbs, OptionsThatTakeAValueSayWhatItIs) {
  for (const Verb& verb : heapscan_program().verbs) {
    for (const Option& option : verb.options) {
      const bool is_flag = std::holds_alternative<bool*>(option.target);
      const bool has_words = std::holds_alternative<Choice>(option.target);
      EXPECT_TRUE(is_flag ? option.value.empty() : has_words || !option.value.empty())
          << verb.name << ' ' << option.names;
    }
  }
}

TEST(Values, NumbersAreDecimalAndInRange) {
  EXPECT_EQ(parse_number("0"), 0U);
  EXPECT_EQ(parse_number("010"), 10U);
  EXPECT_EQ(parse_number("999999999"), 999'999'999U);
  for (const char* const text : {"", "-1", "+1", " 1", "1 ", "0x10", "1e3", "1000000000"}) {
    EXPECT_THROW((void)parse_number(text), Error) << text;
  }
  EXPECT_THROW((void)parse_number("0", 1), Error);
}

TEST(Values, SecondsMayHaveAFractionAndAreNotNegative) {
  EXPECT_EQ(parse_seconds("0.5"), 0.5);
  EXPECT_EQ(parse_seconds("30"), 30);
  for (const char* const text : {"", "-1", "soon", "inf", "nan", "5s"}) {
    EXPECT_THROW((void)parse_seconds(text), Error) << text;
  }
}

TEST(Values, AChoiceStoresTheMeaningOfTheWord) {
  int value = 0;
  const Choice choice = one_of(value, {{"one", 1}, {"two", 2}});
  EXPECT_EQ(choice.words, (std::vector<std::string>{"one", "two"}));
  choice.take(1);
  EXPECT_EQ(value, 2);
  EXPECT_EQ(not_one_of("three", choice.words), "'three' is not one of one|two");
}

}  // namespace
}  // namespace heapscan::cli
