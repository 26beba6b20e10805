#include "tests/unit/formats/hsd_reading.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "dump/system/mapped_file.h"
#include "formats/hsd/hsd_columns.h"
#include "tests/support/temporary_directory.h"

namespace heapscan::tests {
namespace {

constexpr std::string_view kName = "sample.hsd";

}  // namespace

std::map<formats::hsd::SectionKind, std::string> column_bytes(const dump::Heap& heap) {
  std::map<formats::hsd::SectionKind, std::string> columns;
  formats::hsd::for_each_column(heap.columns(),
                                [&](formats::hsd::SectionKind kind, const auto& column) {
                                  const auto bytes = std::as_bytes(column.span());
                                  std::string& text = columns[kind];
                                  for (const std::byte byte : bytes) {
                                    text.push_back(static_cast<char>(byte));
                                  }
                                });
  return columns;
}

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  const dump::MappedFile file(path);
  return {file.bytes().begin(), file.bytes().end()};
}

std::vector<std::byte> hsd_bytes(const dump::Heap& heap, formats::Compression compression) {
  const TemporaryDirectory directory;
  formats::write_hsd(heap, directory / "heap.hsd", compression);
  return read_bytes(directory / "heap.hsd");
}

dump::Heap read_copy(const std::vector<std::byte>& file) {
  const auto copy = std::make_shared<const std::vector<std::byte>>(file.begin(), file.end());
  return formats::read_hsd(*copy, copy, kName, {});
}

dump::Heap salvage_copy(const std::vector<std::byte>& file) {
  const auto copy = std::make_shared<const std::vector<std::byte>>(file.begin(), file.end());
  return formats::read_hsd(*copy, copy, kName, {.salvage = true});
}

std::string complaint(const std::vector<std::byte>& file) {
  return complaint_of([&file] { (void)read_copy(file); });
}

std::string complaint_of(const std::function<void()>& read) {
  try {
    read();
    return {};
  } catch (const Error& error) {
    std::string text = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput) << text;
    EXPECT_TRUE(text.starts_with(kName)) << text;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char character) {
      return character >= ' ' && character <= '~';
    })) << text;
    return text;
  }
}

}  // namespace heapscan::tests
