#include "formats/open_dump.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/system/mapped_file.h"
#include "formats/dump_readers.h"

namespace heapscan::formats {
namespace {

/// A file that is not a dump but is often taken for one, and what to do about it.
struct OtherFormat {
  std::string_view magic;
  std::string_view advice;
};

constexpr std::array kOtherFormats = {
    OtherFormat{"\x1f\x8b", "a gzip file: unpack it first"},
    OtherFormat{"\x28\xb5\x2f\xfd", "a zstd file: unpack it first"},
    OtherFormat{"\xfd"
                "7zXZ",
                "an xz file: unpack it first"},
    OtherFormat{"PK\x03\x04", "a zip archive: unpack it first"},
    OtherFormat{"SQLite format 3", "an SQLite database: query it with heapscan sql"},
    OtherFormat{"\x7f"
                "ELF",
                "an ELF file: heapscan capture reads core files"},
};

constexpr std::size_t kShownBytes = 12;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: bytes as chars.
}

/// The beginning of the file, with everything but plain characters as \xNN.
std::string shown(std::string_view beginning) {
  std::string text;
  for (const char character : beginning.substr(0, kShownBytes)) {
    const auto code = static_cast<unsigned char>(character);
    if (code >= 0x20 && code < 0x7F && code != '"' && code != '\\') {
      text.push_back(character);
    } else {
      text += fmt::format("\\x{:02x}", code);
    }
  }
  return text;
}

[[noreturn]] void reject_format(std::string_view name, std::string_view beginning) {
  const auto* const other =
      std::find_if(kOtherFormats.begin(), kOtherFormats.end(),
                   [beginning](const auto& format) { return beginning.starts_with(format.magic); });
  throw Error(
      ErrorKind::kBadInput,
      fmt::format("{} at byte 0: not a heap dump: starts with \"{}\", {}", name, shown(beginning),
                  other != kOtherFormats.end()
                      ? std::string(other->advice)
                      : "which is unsupported; supported: " + supported_dumps()));
}

/// More memory than the machine has is never worth trying to fill.
std::uint64_t physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_size = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_size <= 0) {
    return ReadOptions().max_unpacked_bytes;
  }
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_size);
}

}  // namespace

dump::Heap open_dump(const std::filesystem::path& path, Damage damage) {
  const auto file = std::make_shared<const dump::MappedFile>(path);
  const std::span<const std::byte> bytes = file->bytes();
  if (bytes.empty()) {
    throw Error(ErrorKind::kBadInput, path.string() + " at byte 0: the file is empty");
  }
  const DumpReader* const reader = find_reader(bytes);
  if (reader == nullptr) {
    reject_format(path.string(), text_of(bytes.first(std::min<std::size_t>(bytes.size(), 64))));
  }
  return reader->read(
      bytes, file, path.string(),
      {.max_unpacked_bytes = physical_memory(), .salvage = damage == Damage::kSalvage});
}

}  // namespace heapscan::formats
