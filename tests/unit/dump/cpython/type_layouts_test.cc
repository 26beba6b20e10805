#include "dump/cpython/objects/type_layouts.h"

#include <map>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace heapscan::dump::cpython {
namespace {

constexpr unsigned kFirstMinor = 8;
constexpr unsigned kNextMinor = 15;  // No version that is read today: its types are the latest.

TEST(TypeLayouts, HaveOneRowForATypeOfOneSizeInOneVersion) {
  std::map<std::tuple<std::string_view, std::uint32_t, unsigned>, int> rows;
  for (const std::span<const TypeLayout> family : type_families()) {
    for (const TypeLayout& layout : family) {
      for (unsigned minor = kFirstMinor; minor <= kNextMinor; ++minor) {
        if (layout.versions.include(minor)) {
          EXPECT_EQ(++rows[std::tuple(layout.name, layout.basic_size, minor)], 1)
              << layout.name << " in 3." << minor;
        }
      }
    }
  }
}

TEST(TypeLayouts, HaveTheirFieldsWithinTheirObjects) {
  for (const std::span<const TypeLayout> family : type_families()) {
    for (const TypeLayout& layout : family) {
      for (const Field& field : layout.fields) {
        if (!field.label.name.empty()) {
          EXPECT_LE((field.via == 0 ? field.offset : field.via) + 8U, layout.basic_size)
              << layout.name << "." << field.label.name;
        }
      }
    }
  }
}

TEST(TypeLayouts, AreFoundByNameAndSize) {
  const TypeLayouts layouts(12);
  ASSERT_NE(layouts.find("property", 64), nullptr);
  EXPECT_EQ(layouts.find("property", 64)->offset_of("fset"), 24U);
  EXPECT_EQ(layouts.find("property", 56), nullptr);
  EXPECT_EQ(layouts.find("no such type", 64), nullptr);
}

TEST(TypeLayouts, OfALaterVersionAreTheLatestThatWereSeen) {
  const TypeLayouts layouts(kNextMinor);
  for (const auto& [name, size] : std::map<std::string_view, std::uint64_t>{
           {"object", 16}, {"list", 40}, {"tuple", 32}, {"dict", 48}, {"function", 152}}) {
    EXPECT_NE(layouts.find(name, size), nullptr) << name;
  }
  EXPECT_EQ(layouts.find("function", 144), nullptr) << "ended with 3.13";
}

}  // namespace
}  // namespace heapscan::dump::cpython
