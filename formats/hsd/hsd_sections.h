#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "formats/hsd/hsd_filter.h"
#include "formats/hsd/hsd_layout.h"

namespace heapscan::formats::hsd {

/// Throws Error(kBadInput): "NAME at byte N: FACT".
[[noreturn]] void reject(std::string_view name, std::uint64_t at, std::string_view fact);

/// A chunk and where its zstd frame lies.
struct PackedChunk {
  Chunk chunk;
  std::uint64_t offset = 0;  ///< In the file.
  std::span<const std::byte> packed;
};

/// A section of a kind that this version knows: undamaged, and with a declared size that its stored
/// bytes can unpack to.
struct Section {
  SectionEntry entry;
  std::span<const std::byte> stored;
  std::vector<PackedChunk> chunks;  ///< Empty for a raw section.

  [[nodiscard]] std::uint64_t unpacked_size() const { return entry.rows * entry.width; }
};

/// The section that an entry of the table of contents describes, if that description can be true.
/// Requires: a known kind; the section lies within the file. Throws Error(kBadInput).
[[nodiscard]] Section check_section(std::span<const std::byte> bytes,
                                    std::string_view name,
                                    const SectionEntry& entry);

/// The sections of the file, after every byte of it has been checked. Unknown kinds are left out;
/// each required kind is present, and none twice. Takes memory only in proportion to the table of
/// contents and the tables of chunks. Throws Error(kBadInput).
[[nodiscard]] std::vector<Section> read_sections(std::span<const std::byte> bytes,
                                                 std::string_view name);

}  // namespace heapscan::formats::hsd
