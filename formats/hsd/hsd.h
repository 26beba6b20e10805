#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "dump/heap.h"

/// The native dump format, HSD. man/heapscan-dump.5 specifies it; formats/hsd_layout.h has its
/// numbers.
namespace heapscan::formats {

enum class Compression : std::uint8_t {
  kNone,  ///< Columns as they are: read in place from the mapped file.
  kZstd,  ///< Delta, byte shuffle and zstd, whichever suits the column: several times smaller.
};

/// Writes the heap to `path`: the file is there whole or, after any failure, not at all, and an
/// older file of that name stays until then. Throws Error(kOutput).
void write_hsd(const dump::Heap& heap, const std::filesystem::path& path, Compression compression);

/// Limits for reading a file that is not trusted.
struct HsdReadOptions {
  /// The most memory that the sections may unpack to.
  std::uint64_t max_unpacked_bytes = std::uint64_t{64} << 30U;
};

/// Whether these first bytes are those of an HSD file, whole or not.
[[nodiscard]] bool probe_hsd(std::span<const std::byte> bytes);

/// The heap in `bytes`. Raw columns stay where they are: `owner` keeps the bytes alive for as long
/// as the heap or a copy of it lives. `name` is for messages. Throws Error(kBadInput): "NAME at
/// byte N: FACT".
[[nodiscard]] dump::Heap read_hsd(std::span<const std::byte> bytes,
                                  std::shared_ptr<const void> owner,
                                  std::string_view name,
                                  const HsdReadOptions& options);

}  // namespace heapscan::formats
