#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <span>
#include <string_view>

#include "dump/heap.h"
#include "formats/interface/dump_reader.h"

/// The native dump format, HSD. man/heapscan-dump.5 specifies it; formats/hsd/hsd_layout.h has its
/// constants.
namespace heapscan::formats {

inline constexpr std::array<std::string_view, 1> kHsdExtensions = {".hsd"};

enum class Compression : std::uint8_t {
  kNone,  ///< Columns as they are: read in place from the mapped file.
  kZstd,  ///< Delta, byte shuffle and zstd, whichever suits the column: several times smaller.
};

/// Writes the heap to `path`: after any failure the file is absent, and an older file of that name
/// is untouched. Throws Error(kOutput).
void write_hsd(const dump::Heap& heap, const std::filesystem::path& path, Compression compression);

/// Writes the heap, with zstd. The stream reports failures in its own way.
void write_hsd(const dump::Heap& heap, std::ostream& out);

/// Whether these first bytes are those of an HSD file, intact or not.
[[nodiscard]] bool probe_hsd(std::span<const std::byte> bytes);

/// See DumpReader::read. Raw columns are used in place in `bytes`.
[[nodiscard]] dump::Heap read_hsd(std::span<const std::byte> bytes,
                                  std::shared_ptr<const void> owner,
                                  std::string_view file,
                                  const ReadOptions& options);

}  // namespace heapscan::formats
