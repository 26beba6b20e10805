#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

// clang-format off
/// The constants of the HSD format, which man/heapscan-dump.5 specifies.
///
///     +--------+-----------+-----+-----------+-------------------+--------+
///     | header | section 1 | ... | section n | table of contents | footer |
///     +--------+-----------+-----+-----------+-------------------+--------+
///     0        64                            multiple of 64               file size
///
/// Each part begins at a multiple of 64 bytes, and the padding between them is zero. Numbers are
/// little-endian. Every byte is padding or is covered by a checksum (XXH3-64, seed 0).
// clang-format on
namespace heapscan::formats::hsd {

// Columns are used in place, so the host must have the byte order of the file.
static_assert(std::endian::native == std::endian::little,
              "HSD is read on little-endian hosts only");

/// The version that this code writes, and the newest that it reads.
inline constexpr std::uint32_t kVersion = 1;
/// The oldest version whose readers can read what this code writes.
inline constexpr std::uint32_t kMinimumReaderVersion = 1;

inline constexpr std::size_t kAlignment = 64;

/// The first bytes of the file, modelled on PNG: a byte that no text file has, the name, and line
/// ends, which a transfer in text mode would change.
inline constexpr std::array<unsigned char, 8> kMagic = {0x89, 'H',  'S',  'D',
                                                        '\r', '\n', 0x1A, '\n'};
/// The last bytes of the file.
inline constexpr std::array<unsigned char, 8> kEndMagic = {'H', 'S', 'D', '-', 'E', 'N', 'D', '\n'};

// clang-format off
///     0       8         12               16     56         64
///     | magic | version | minimum reader | zero | checksum |
///
/// This layout is the same in every version, so that every reader can tell the version.
// clang-format on
struct Header {
  std::array<unsigned char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t minimum_reader_version = kMinimumReaderVersion;
  std::array<std::uint64_t, 5> reserved = {};
  std::uint64_t checksum = 0;  ///< Of the bytes before it.
};

/// How the bytes of a section are stored.
enum class Codec : std::uint8_t {
  kRaw = 0,   ///< The rows, one after another.
  kZstd = 1,  ///< Chunks of rows, each filtered and then a zstd frame; then the table of chunks.
};

/// How the rows of each chunk are transformed before compression.
enum class Filter : std::uint8_t {
  kNone = 0,     ///< Nothing.
  kShuffle = 1,  ///< First bytes of all rows, then the second bytes, and so on.
  kDelta = 2,    ///< Difference from the preceding row of the chunk, zigzag, shuffle.
  kTarget = 3,   ///< Difference from the target predicted from the source, zigzag, shuffle.
  kLabel = 4,    ///< Difference from the label predicted from the kind, zigzag, shuffle.
};

/// What a section holds.
enum class SectionKind : std::uint32_t {
  kFacts = 1,
  kAddress = 2,
  kType = 3,
  kSize = 4,
  kRefcount = 5,
  kFlags = 6,
  kSite = 7,
  kContentHash = 8,
  kReferenceBegin = 9,
  kTarget = 10,
  kKind = 11,
  kLabel = 12,
  kWeak = 13,
  kRoot = 14,
  kValueObject = 15,
  kValueBegin = 16,
  kValueText = 17,
  kStringBegin = 18,
  kStringText = 19,
  kTypes = 20,
  kThreads = 21,
  kFrames = 22,
  kSites = 23,
  kRegions = 24,
};

// clang-format off
/// A section, as the table of contents describes it.
///
///     0      4       6       7        8      16       24            32         40           44     64
///     | kind | width | codec | filter | rows | offset | stored size | checksum | chunk rows | zero |
// clang-format on
struct SectionEntry {
  SectionKind kind = SectionKind::kFacts;
  std::uint16_t width = 0;  ///< Bytes of one row.
  Codec codec = Codec::kRaw;
  Filter filter = Filter::kNone;
  std::uint64_t rows = 0;
  std::uint64_t offset = 0;  ///< From the beginning of the file.
  std::uint64_t stored_size = 0;
  std::uint64_t checksum = 0;    ///< Of the stored bytes.
  std::uint32_t chunk_rows = 0;  ///< Zstd only: rows in each chunk but the last.
  std::array<std::uint32_t, 5> reserved = {};
};

// clang-format off
///     0              8           16         20     24               32     48         56          64
///     | table offset | file size | sections | zero | table checksum | zero | checksum | end magic |
// clang-format on
struct Footer {
  std::uint64_t table_offset = 0;
  std::uint64_t file_size = 0;
  std::uint32_t section_count = 0;
  std::uint32_t reserved = 0;
  std::uint64_t table_checksum = 0;
  std::array<std::uint64_t, 2> reserved_too = {};
  std::uint64_t checksum = 0;  ///< Of the bytes before it.
  std::array<unsigned char, 8> end_magic = kEndMagic;
};

static_assert(sizeof(Header) == 64 && sizeof(SectionEntry) == 64 && sizeof(Footer) == 64);
static_assert(std::has_unique_object_representations_v<Header> &&
                  std::has_unique_object_representations_v<SectionEntry> &&
                  std::has_unique_object_representations_v<Footer>,
              "no padding: the structures are the bytes of the file");

inline constexpr std::size_t kHeaderChecksumAt = offsetof(Header, checksum);
inline constexpr std::size_t kFooterChecksumAt = offsetof(Footer, checksum);

/// The table at the end of a zstd section has the stored size of each chunk, as this type.
using ChunkSize = std::uint32_t;

/// The size of chunks that are written, before compression: small enough for the caches of one
/// core, large enough to compress well.
inline constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
/// The largest chunk that a reader accepts.
inline constexpr std::size_t kMaxChunkBytes = std::size_t{1} << 26U;
/// The greatest possible ratio of unpacked to packed size: a zstd block has at most 128 KiB and
/// takes at least 4 bytes.
inline constexpr std::uint64_t kMaxZstdExpansion = (std::uint64_t{128} << 10U) / 4;

/// The filter of targets stores which key followed which in a table of this many slots; the slot of
/// a key is (key * factor mod 2^32) >> shift.
inline constexpr std::uint32_t kKeyHashFactor = 2654435761;  // 2^32 divided by the golden ratio.
inline constexpr unsigned kKeyHashShift = 20;
inline constexpr std::size_t kKeySlots = std::size_t{1} << (32 - kKeyHashShift);

/// The fixed properties of the sections of one kind.
struct SectionTraits {
  SectionKind kind;
  std::string_view name;
  std::uint16_t width;
  Filter filter;  ///< What the writer uses with zstd.
  bool required;  ///< A file without it is rejected. Others are omitted if they have no rows.
};

inline constexpr std::array kSections = {
    SectionTraits{SectionKind::kFacts, "facts", 1, Filter::kNone, true},
    SectionTraits{SectionKind::kAddress, "address", 8, Filter::kDelta, true},
    SectionTraits{SectionKind::kType, "type", 4, Filter::kShuffle, true},
    SectionTraits{SectionKind::kSize, "size", 8, Filter::kShuffle, true},
    SectionTraits{SectionKind::kRefcount, "refcount", 4, Filter::kShuffle, true},
    SectionTraits{SectionKind::kFlags, "flags", 2, Filter::kShuffle, true},
    SectionTraits{SectionKind::kSite, "site", 4, Filter::kShuffle, false},
    SectionTraits{SectionKind::kContentHash, "content_hash", 8, Filter::kNone, false},
    SectionTraits{SectionKind::kReferenceBegin, "reference_begin", 8, Filter::kDelta, true},
    SectionTraits{SectionKind::kTarget, "target", 4, Filter::kTarget, true},
    SectionTraits{SectionKind::kKind, "kind", 1, Filter::kNone, true},
    SectionTraits{SectionKind::kLabel, "label", 4, Filter::kLabel, true},
    SectionTraits{SectionKind::kWeak, "weak", 12, Filter::kShuffle, false},
    SectionTraits{SectionKind::kRoot, "root", 12, Filter::kShuffle, false},
    SectionTraits{SectionKind::kValueObject, "value_object", 4, Filter::kDelta, false},
    SectionTraits{SectionKind::kValueBegin, "value_begin", 8, Filter::kDelta, false},
    SectionTraits{SectionKind::kValueText, "value_text", 1, Filter::kNone, false},
    SectionTraits{SectionKind::kStringBegin, "string_begin", 8, Filter::kDelta, true},
    SectionTraits{SectionKind::kStringText, "string_text", 1, Filter::kNone, true},
    SectionTraits{SectionKind::kTypes, "types", 8, Filter::kShuffle, true},
    SectionTraits{SectionKind::kThreads, "threads", 24, Filter::kShuffle, false},
    SectionTraits{SectionKind::kFrames, "frames", 12, Filter::kShuffle, false},
    SectionTraits{SectionKind::kSites, "sites", 12, Filter::kShuffle, false},
    SectionTraits{SectionKind::kRegions, "regions", 40, Filter::kShuffle, false},
};

/// Null for an unknown kind.
[[nodiscard]] constexpr const SectionTraits* find_traits(SectionKind kind) {
  const auto row = static_cast<std::size_t>(kind) - 1;
  return row < kSections.size() ? &kSections[row] : nullptr;
}

[[nodiscard]] constexpr const SectionTraits& traits(SectionKind kind) {
  return kSections.at(static_cast<std::size_t>(kind) - 1);
}

/// A structure of the file. Requires: at + sizeof(T) <= bytes.size().
template <class T>
[[nodiscard]] T load(std::span<const std::byte> bytes, std::size_t at) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, bytes.subspan(at, sizeof(T)).data(), sizeof(T));
  return value;
}

template <class T>
[[nodiscard]] std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

/// The bytes from `at` to the next multiple of the alignment.
[[nodiscard]] constexpr std::uint64_t padding_at(std::uint64_t at) {
  return (kAlignment - at % kAlignment) % kAlignment;
}

}  // namespace heapscan::formats::hsd
