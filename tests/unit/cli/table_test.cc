#include "cli/render/table.h"

#include <sstream>

#include <gtest/gtest.h>

#include "dump/error.h"

namespace heapscan::cli {
namespace {

Table growth_table() {
  Table table({{"size"}, {"type", Table::Align::kLeft}});
  table.add({"9 B", "dict"});
  table.add({"12.3 KiB", "shop.Session with a long name"});
  table.add_detail("module shop > ._SESSIONS");
  table.add_summary({"12.3 KiB", "total"});
  return table;
}

std::string printed(const Table& table, std::size_t width, bool colour = false) {
  std::ostringstream out;
  table.print(out, Paint(colour), width);
  return out.str();
}

TEST(Table, AlignsNumbersRightAndNamesLeftWithoutTrailingSpaces) {
  EXPECT_EQ(printed(growth_table(), 0),
            "      size  type\n"
            "       9 B  dict\n"
            "  12.3 KiB  shop.Session with a long name\n"
            "            module shop > ._SESSIONS\n"
            "  12.3 KiB  total\n");
}

TEST(Table, ElidesTheLastColumnAtTheTerminalWidth) {
  EXPECT_NE(printed(growth_table(), 34).find("shop.Sess... long name"), std::string::npos)
      << printed(growth_table(), 34);
  std::istringstream lines(printed(growth_table(), 34));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 34U) << line;
  }
}

TEST(Table, WrapsRatherThanElidesOnAVeryNarrowTerminal) {
  EXPECT_NE(printed(growth_table(), 20).find("shop.Session with a long name"), std::string::npos);
}

TEST(Table, CountsColumnsOfWideCharacters) {
  Table table({{"name", Table::Align::kLeft}, {"n"}});
  table.add({"日本", "1"});
  table.add({"abcd", "2"});
  EXPECT_EQ(printed(table, 0),
            "  name  n\n"
            "  日本  1\n"
            "  abcd  2\n");
}

TEST(Table, ColoursOnlyWhenAsked) {
  EXPECT_EQ(printed(growth_table(), 0).find('\x1b'), std::string::npos);
  EXPECT_NE(printed(growth_table(), 0, true).find("\x1b[2m"), std::string::npos);
}

TEST(Table, RejectsARowOfAnotherShape) {
  Table table({{"size"}, {"type", Table::Align::kLeft}});
  EXPECT_THROW(table.add({"only one"}), Error);
}

}  // namespace
}  // namespace heapscan::cli
