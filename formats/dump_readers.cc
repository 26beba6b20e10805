#include "formats/dump_readers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/hsd/hsd.h"

namespace heapscan::formats {
namespace {

constexpr std::array kReaders = {DumpReader{"hsd", kHsdExtensions, probe_hsd, read_hsd}};

}  // namespace

std::span<const DumpReader> dump_readers() {
  return kReaders;
}

const DumpReader* find_reader(std::span<const std::byte> bytes) {
  const auto* const found =
      std::find_if(kReaders.begin(), kReaders.end(),
                   [bytes](const DumpReader& reader) { return reader.probe(bytes); });
  return found == kReaders.end() ? nullptr : found;
}

std::string supported_dumps() {
  std::string text;
  for (const DumpReader& reader : kReaders) {
    text += text.empty() ? "" : ", ";
    text += reader.name;
    std::string_view before = " (";
    for (const std::string_view extension : reader.extensions) {
      text += before;
      text += extension;
      before = " ";
    }
    text += reader.extensions.empty() ? "" : ")";
  }
  return text;
}

}  // namespace heapscan::formats
