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
#include "formats/hsd/hsd.h"

namespace heapscan::formats {
namespace {

/// What a file that is no dump may be, and what to do then.
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

/// The beginning of the file with everything but plain characters written as \xNN.
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
  std::string fact = fmt::format("not a heap dump: starts with \"{}\"", shown(beginning));
  for (const OtherFormat& other : kOtherFormats) {
    if (beginning.starts_with(other.magic)) {
      fact += fmt::format(", {}", other.advice);
    }
  }
  throw Error(ErrorKind::kBadInput, fmt::format("{} at byte 0: {}", name, fact));
}

/// More than this machine's memory is never worth trying.
std::uint64_t physical_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_size = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_size <= 0) {
    return HsdReadOptions().max_unpacked_bytes;
  }
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_size);
}

}  // namespace

dump::Heap open_dump(const std::filesystem::path& path) {
  const auto file = std::make_shared<const dump::MappedFile>(path);
  const std::span<const std::byte> bytes = file->bytes();
  if (!bytes.empty() && !probe_hsd(bytes)) {
    reject_format(path.string(), text_of(bytes.first(std::min<std::size_t>(bytes.size(), 64))));
  }
  HsdReadOptions options;
  options.max_unpacked_bytes = physical_memory();
  return read_hsd(bytes, file, path.string(), options);
}

}  // namespace heapscan::formats
