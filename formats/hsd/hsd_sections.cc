#include "formats/hsd/hsd_sections.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "dump/error.h"
#include "formats/hsd/hsd_codec.h"
#include "formats/hsd/parallel.h"

namespace heapscan::formats::hsd {
namespace {

constexpr std::string_view kAgain = "copy or capture it again, or add --salvage";

/// Checks a file from the outside in: header, footer, table of contents, the bytes of the sections,
/// what the table declares about each section. Each step relies on what the previous steps have
/// checked.
class Checker {
 public:
  Checker(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  void check_header() const {
    check_magic();
    const auto header = load<Header>(bytes_, 0);
    if (checksum(bytes_.first(kHeaderChecksumAt)) != header.checksum) {
      fail(0, fmt::format("the header is damaged: {}", kAgain));
    }
    if (header.minimum_reader_version > kVersion) {
      fail(offsetof(Header, minimum_reader_version),
           fmt::format(
               "written by a newer heapscan (format {}; supported: up to {}): upgrade heapscan",
               header.version, kVersion));
    }
  }

  [[nodiscard]] Footer check_footer() const {
    if (bytes_.size() < sizeof(Header) + sizeof(Footer)) {
      fail_cut_short();
    }
    const std::uint64_t at = bytes_.size() - sizeof(Footer);
    const auto footer = load<Footer>(bytes_, at);
    if (footer.end_magic != kEndMagic) {
      fail_cut_short();
    }
    if (checksum(bytes_.subspan(at, kFooterChecksumAt)) != footer.checksum) {
      fail(at, fmt::format("the footer is damaged: {}", kAgain));
    }
    if (footer.file_size != bytes_.size()) {
      fail(at, fmt::format("the file has {} bytes instead of the {} that were written: {}",
                           bytes_.size(), footer.file_size, kAgain));
    }
    const std::uint64_t table_size = footer.section_count * std::uint64_t{sizeof(SectionEntry)};
    if (footer.table_offset % kAlignment != 0 || footer.table_offset < sizeof(Header) ||
        footer.table_offset > at || at - footer.table_offset != table_size) {
      fail(at, "the footer and the table of contents disagree");
    }
    return footer;
  }

  [[nodiscard]] std::vector<SectionEntry> check_table(const Footer& footer) const {
    const auto table = bytes_.subspan(footer.table_offset,
                                      footer.section_count * std::size_t{sizeof(SectionEntry)});
    if (checksum(table) != footer.table_checksum) {
      fail(footer.table_offset, fmt::format("the table of contents is damaged: {}", kAgain));
    }
    std::vector<SectionEntry> entries;
    entries.reserve(footer.section_count);
    std::uint64_t end = sizeof(Header);
    for (std::size_t at = 0; at < table.size(); at += sizeof(SectionEntry)) {
      const auto entry = load<SectionEntry>(table, at);
      check_gap(end, entry.offset, footer.table_offset);
      if (entry.stored_size > footer.table_offset - entry.offset) {
        fail(entry.offset, fmt::format("section {} reaches beyond the sections' part of the file",
                                       describe(entry)));
      }
      end = entry.offset + entry.stored_size;
      entries.push_back(entry);
    }
    check_gap(end, footer.table_offset, footer.table_offset);
    return entries;
  }

  void check_checksums(const std::vector<SectionEntry>& entries) const {
    run_tasks(entries.size(), bytes_.size(), [&] {
      return [&](std::size_t task) {
        const SectionEntry& entry = entries[task];
        if (checksum(stored(entry)) != entry.checksum) {
          fail(entry.offset, fmt::format("section {} is damaged: {}", describe(entry), kAgain));
        }
      };
    });
  }

  /// What the table declares about a section of a known kind.
  [[nodiscard]] Section check_section(const SectionEntry& entry) const {
    const SectionTraits& known = traits(entry.kind);
    if (entry.width != known.width) {
      fail(entry.offset, fmt::format("section {} has rows of {} bytes instead of {}", known.name,
                                     entry.width, known.width));
    }
    if (entry.rows > std::numeric_limits<std::uint64_t>::max() / entry.width) {
      fail(entry.offset, fmt::format("section {} declares {} rows", known.name, entry.rows));
    }
    Section section{entry, stored(entry), {}};
    if (entry.codec == Codec::kRaw) {
      if (section.unpacked_size() != entry.stored_size) {
        fail(entry.offset, fmt::format("section {} has {} bytes for {} rows of {} bytes",
                                       known.name, entry.stored_size, entry.rows, entry.width));
      }
      return section;
    }
    if (entry.codec != Codec::kZstd) {
      fail(entry.offset, fmt::format("section {} has the unknown codec {}", known.name,
                                     static_cast<unsigned>(entry.codec)));
    }
    if (!filter_applies(entry.filter, entry.kind, entry.width)) {
      fail(entry.offset, fmt::format("section {} cannot have filter {}", known.name,
                                     static_cast<unsigned>(entry.filter)));
    }
    find_chunks(section, known.name);
    return section;
  }

 private:
  [[noreturn]] void fail(std::uint64_t at, std::string_view fact) const { reject(name_, at, fact); }

  [[noreturn]] void fail_cut_short() const {
    fail(bytes_.size(), fmt::format("the file is cut short or its end is damaged: {}", kAgain));
  }

  void check_magic() const {
    const std::size_t known = std::min(bytes_.size(), kMagic.size());
    const auto magic = std::as_bytes(std::span(kMagic));
    if (!std::equal(magic.begin(), magic.begin() + static_cast<std::ptrdiff_t>(known),
                    bytes_.begin())) {
      // The name survives a transfer in text mode; the line ends or the eighth bit do not.
      const std::array<std::byte, 3> word = {std::byte{'H'}, std::byte{'S'}, std::byte{'D'}};
      if (known >= 4 && std::equal(word.begin(), word.end(), bytes_.begin() + 1)) {
        fail(0, "the first bytes are damaged, as by a transfer in text mode: copy it as binary");
      }
      fail(0, "not a heap dump in HSD format");
    }
    if (bytes_.empty()) {
      fail(0, "the file is empty");
    }
    if (bytes_.size() < sizeof(Header)) {
      fail_cut_short();
    }
  }

  /// Only padding may lie between the end of one part and the beginning of the next.
  void check_gap(std::uint64_t end, std::uint64_t next, std::uint64_t limit) const {
    if (next > limit || next < end || next - end != padding_at(end)) {
      fail(end, fmt::format("what follows begins at byte {} instead of {}", next,
                            end + padding_at(end)));
    }
    const auto gap = bytes_.subspan(end, next - end);
    const auto stray =
        std::find_if(gap.begin(), gap.end(), [](std::byte byte) { return byte != std::byte{0}; });
    if (stray != gap.end()) {
      fail(end + static_cast<std::uint64_t>(stray - gap.begin()),
           fmt::format("the padding is damaged: {}", kAgain));
    }
  }

  [[nodiscard]] static std::string describe(const SectionEntry& entry) {
    const SectionTraits* const known = find_traits(entry.kind);
    return known != nullptr ? std::string(known->name)
                            : fmt::format("of kind {}", static_cast<std::uint32_t>(entry.kind));
  }

  [[nodiscard]] std::span<const std::byte> stored(const SectionEntry& entry) const {
    return bytes_.subspan(entry.offset, entry.stored_size);
  }

  void find_chunks(Section& section, std::string_view name) const {
    const SectionEntry& entry = section.entry;
    if (entry.chunk_rows == 0 || entry.chunk_rows > kMaxChunkBytes / entry.width) {
      fail(entry.offset, fmt::format("section {} has chunks of {} rows", name, entry.chunk_rows));
    }
    const std::uint64_t count =
        entry.rows / entry.chunk_rows + (entry.rows % entry.chunk_rows == 0 ? 0 : 1);
    if (count > entry.stored_size / sizeof(ChunkSize)) {
      fail(entry.offset,
           fmt::format("section {} is too small for the table of its {} chunks", name, count));
    }
    std::uint64_t left = entry.stored_size - count * sizeof(ChunkSize);
    const auto table = section.stored.subspan(left);
    std::uint64_t begin = 0;
    section.chunks.reserve(count);
    for (std::uint64_t row = 0; row < entry.rows; row += entry.chunk_rows) {
      const auto size = load<ChunkSize>(table, section.chunks.size() * sizeof(ChunkSize));
      PackedChunk chunk;
      chunk.chunk.first_row = row;
      chunk.chunk.rows = std::min<std::uint64_t>(entry.chunk_rows, entry.rows - row);
      chunk.chunk.width = entry.width;
      chunk.chunk.filter = entry.filter;
      chunk.offset = entry.offset + begin;
      if (size > left) {
        fail(chunk.offset, fmt::format("a chunk of section {} reaches beyond its section", name));
      }
      chunk.packed = section.stored.subspan(begin, size);
      if (!may_unpack_to(chunk.packed, chunk.chunk.bytes())) {
        fail(chunk.offset, fmt::format("a chunk of section {} does not unpack to the {} bytes that "
                                       "it declares",
                                       name, chunk.chunk.bytes()));
      }
      begin += size;
      left -= size;
      section.chunks.push_back(chunk);
    }
    if (left != 0) {
      fail(entry.offset + begin,
           fmt::format("section {} has {} bytes that belong to no chunk", name, left));
    }
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
};

}  // namespace

void reject(std::string_view name, std::uint64_t at, std::string_view fact) {
  throw Error(ErrorKind::kBadInput, fmt::format("{} at byte {}: {}", name, at, fact));
}

Section check_section(std::span<const std::byte> bytes,
                      std::string_view name,
                      const SectionEntry& entry) {
  return Checker(bytes, name).check_section(entry);
}

std::vector<Section> read_sections(std::span<const std::byte> bytes, std::string_view name) {
  const Checker checker(bytes, name);
  checker.check_header();
  const Footer footer = checker.check_footer();
  const std::vector<SectionEntry> entries = checker.check_table(footer);
  checker.check_checksums(entries);

  std::vector<Section> sections;
  std::array<bool, kSections.size()> found = {};
  for (const SectionEntry& entry : entries) {
    if (find_traits(entry.kind) == nullptr) {
      continue;
    }
    const std::size_t row = static_cast<std::size_t>(entry.kind) - 1;
    if (found[row]) {
      reject(name, entry.offset, fmt::format("section {} occurs twice", traits(entry.kind).name));
    }
    found[row] = true;
    sections.push_back(checker.check_section(entry));
  }
  for (const SectionTraits& section : kSections) {
    if (section.required && !found[static_cast<std::size_t>(section.kind) - 1]) {
      reject(name, footer.table_offset,
             fmt::format("section {} is missing: not a dump of this format", section.name));
    }
  }
  return sections;
}

}  // namespace heapscan::formats::hsd
