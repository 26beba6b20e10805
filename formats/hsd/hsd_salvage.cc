#include "formats/hsd/hsd_salvage.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "formats/hsd/hsd_codec.h"
#include "formats/hsd/hsd_walk.h"
#include "formats/hsd/parallel.h"

// An intact file is read from its end: footer, table of contents, sections. Damage may be anywhere,
// so here each part must prove that it is intact:
//  - a table of contents with a correct checksum is trusted: a section with a wrong checksum is
//    lost, but only that section;
//  - otherwise (the footer or a part of the table is damaged or cut off), the table is searched
//  for,
//    and an entry is trusted if its 64-bit checksum is that of the bytes that it points at, and
//    everything that the checksum does not cover is as heapscan writes it;
//  - without any table, the sections are identified by walking through them.

namespace heapscan::formats::hsd {
namespace {

using dump::DiagnosticCode;

/// A table of contents, or the parts of it that were found.
struct Table {
  std::uint64_t offset = 0;
  std::vector<SectionEntry> entries;
  bool trusted = false;  ///< Its checksum is correct.
};

class Salvage {
 public:
  Salvage(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  [[nodiscard]] Remains run() {
    if (bytes_.size() <= sizeof(Header)) {
      reject(name_, bytes_.size(),
             "the file is cut short within its header: nothing can be salvaged");
    }
    check_header();
    std::optional<Table> table = table_at_footer();
    if (!table) {
      table = search_table();
    }
    if (table) {
      take_sections(*table);
    } else {
      walk();
    }
    return std::move(remains_);
  }

 private:
  void note(DiagnosticCode code, std::uint64_t at, std::string text) {
    remains_.diagnostics.add({code, 1, at, std::move(text)});
  }

  void check_header() {
    const auto header = load<Header>(bytes_, 0);
    if (header.magic != kMagic || checksum(bytes_.first(kHeaderChecksumAt)) != header.checksum) {
      note(DiagnosticCode::kDamagedHeader, 0, "the header is damaged; nothing depends on it");
    } else if (header.minimum_reader_version > kVersion) {
      newer_ = true;
      note(DiagnosticCode::kNewerFormat, offsetof(Header, minimum_reader_version),
           fmt::format("written by a newer heapscan (format {}; supported: up to {}): read as if "
                       "nothing had changed since",
                       header.version, kVersion));
    }
  }

  /// The table that an intact footer points at.
  [[nodiscard]] std::optional<Table> table_at_footer() {
    if (bytes_.size() < sizeof(Header) + sizeof(Footer)) {
      return std::nullopt;
    }
    const std::uint64_t at = bytes_.size() - sizeof(Footer);
    const auto footer = load<Footer>(bytes_, at);
    const std::uint64_t table_size = footer.section_count * std::uint64_t{sizeof(SectionEntry)};
    if (footer.end_magic != kEndMagic ||
        checksum(bytes_.subspan(at, kFooterChecksumAt)) != footer.checksum ||
        footer.file_size != bytes_.size() || footer.table_offset > at ||
        at - footer.table_offset != table_size) {
      return std::nullopt;
    }
    Table table;
    table.offset = footer.table_offset;
    table.trusted = checksum(bytes_.subspan(table.offset, table_size)) == footer.table_checksum;
    if (!table.trusted) {
      note(DiagnosticCode::kDamagedTable, table.offset,
           "the table of contents is damaged: each entry was checked against its section");
    }
    for (std::uint64_t entry = table.offset; entry < at; entry += sizeof(SectionEntry)) {
      table.entries.push_back(load<SectionEntry>(bytes_, entry));
    }
    return table;
  }

  /// The table, wherever it is: its first entry describes the first section, which begins right
  /// after the header.
  [[nodiscard]] std::optional<Table> search_table() {
    for (std::uint64_t at = sizeof(Header); at + sizeof(SectionEntry) <= bytes_.size();
         at += kAlignment) {
      const auto first = load<SectionEntry>(bytes_, at);
      if (first.offset == sizeof(Header) && is_trustworthy(first, at)) {
        return table_from(at);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Table table_from(std::uint64_t offset) {
    Table table;
    table.offset = offset;
    std::uint64_t at = offset;
    for (; at + sizeof(SectionEntry) <= bytes_.size(); at += sizeof(SectionEntry)) {
      if (load<Footer>(bytes_, at).end_magic == kEndMagic || is_footer(table, at)) {
        break;
      }
      table.entries.push_back(load<SectionEntry>(bytes_, at));
    }
    const bool is_cut = at + sizeof(Footer) > bytes_.size();
    note(is_cut ? DiagnosticCode::kCutShort : DiagnosticCode::kDamagedFooter,
         is_cut ? bytes_.size() : at,
         is_cut ? "the file is cut short in or after its table of contents"
                : "the end of the file is damaged: the table of contents was searched for");
    return table;
  }

  /// Whether these bytes are the footer of the table, with a damaged end magic.
  [[nodiscard]] bool is_footer(const Table& table, std::uint64_t at) const {
    const auto footer = load<Footer>(bytes_, at);
    return footer.table_offset == table.offset && footer.section_count == table.entries.size();
  }

  [[nodiscard]] bool lies_before(const SectionEntry& entry, std::uint64_t end) const {
    return entry.offset >= sizeof(Header) && entry.offset <= end &&
           entry.stored_size <= end - entry.offset;
  }

  [[nodiscard]] bool has_correct_checksum(const SectionEntry& entry) const {
    return checksum(bytes_.subspan(entry.offset, entry.stored_size)) == entry.checksum;
  }

  /// Whether an entry of a table that is not trusted as a whole can be trusted.
  [[nodiscard]] bool is_trustworthy(const SectionEntry& entry, std::uint64_t table_offset) const {
    const SectionTraits* const known = find_traits(entry.kind);
    if (known == nullptr || entry.width != known->width || entry.offset % kAlignment != 0 ||
        !lies_before(entry, table_offset)) {
      return false;
    }
    const Filter filter = entry.codec == Codec::kZstd ? known->filter : Filter::kNone;
    return entry.filter == filter && has_correct_checksum(entry);
  }

  void take_sections(const Table& table) {
    std::vector<char> intact(table.entries.size());
    run_tasks(table.entries.size(), bytes_.size(), [&] {
      return [&](std::size_t row) {
        const SectionEntry& entry = table.entries[row];
        intact[row] = static_cast<char>(table.trusted ? lies_before(entry, table.offset) &&
                                                            has_correct_checksum(entry)
                                                      : is_trustworthy(entry, table.offset));
      };
    });
    bool any_untrusted = false;
    for (std::size_t row = 0; row < table.entries.size(); ++row) {
      any_untrusted = any_untrusted || intact[row] == 0;
      take_section(table.entries[row], intact[row] != 0);
    }
    drop_repeated();
    // An entry that is cut off, or cannot be trusted, may have been of any kind.
    lose_missing(!table.trusted && (any_untrusted || !reaches_table(table)));
  }

  /// Whether the last entry is that of the last section, which ends where the table begins.
  [[nodiscard]] static bool reaches_table(const Table& table) {
    if (table.entries.empty()) {
      return false;
    }
    const std::uint64_t end = table.entries.back().offset + table.entries.back().stored_size;
    return end + padding_at(end) == table.offset;
  }

  void take_section(const SectionEntry& entry, bool intact) {
    if (find_traits(entry.kind) == nullptr) {
      if (newer_ || !intact) {
        note(DiagnosticCode::kUnknownSection, entry.offset,
             "sections of a kind unknown to this version of heapscan were not read");
      }
      return;
    }
    if (!intact) {
      remains_.lost.emplace(entry.kind, entry.offset);
      return;
    }
    try {
      remains_.sections.push_back(check_section(bytes_, name_, entry));
    } catch (const Error&) {
      remains_.lost.emplace(entry.kind, entry.offset);
    }
  }

  /// If two sections have the same kind, neither is known to be the right one.
  void drop_repeated() {
    std::map<SectionKind, std::size_t> times;
    for (const Section& section : remains_.sections) {
      ++times[section.entry.kind];
    }
    for (const auto& [kind, count] : times) {
      if (count > 1) {
        remains_.lost.emplace(kind, std::nullopt);
      }
    }
    std::erase_if(remains_.sections,
                  [&](const Section& section) { return times.at(section.entry.kind) > 1; });
    for (const Section& section : remains_.sections) {
      remains_.lost.erase(section.entry.kind);
    }
  }

  [[nodiscard]] bool has(SectionKind kind) const {
    return std::any_of(remains_.sections.begin(), remains_.sections.end(),
                       [kind](const Section& section) { return section.entry.kind == kind; });
  }

  /// Every file has the required sections. `optional_too`: sections that are omitted if they have
  /// no rows count as lost as well.
  void lose_missing(bool optional_too) {
    for (const SectionTraits& section : kSections) {
      if ((section.required || optional_too) && !has(section.kind)) {
        remains_.lost.emplace(section.kind, std::nullopt);
      }
    }
  }

  void walk() {
    for (const SectionEntry& entry : walk_sections(bytes_, name_)) {
      remains_.sections.push_back(check_section(bytes_, name_, entry));
    }
    note(DiagnosticCode::kCutShort, bytes_.size(),
         "the file is cut short before its table of contents, and with it the checksums: sections "
         "were identified by their shape");
    const SectionKind last = remains_.sections.back().entry.kind;
    for (const SectionTraits& section : kSections) {
      const bool may_have_been = section.required || section.kind > last;
      if (may_have_been && !has(section.kind)) {
        remains_.lost.emplace(section.kind, std::nullopt);
      }
    }
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
  bool newer_ = false;
  Remains remains_;
};

}  // namespace

Remains find_remains(std::span<const std::byte> bytes, std::string_view name) {
  return Salvage(bytes, name).run();
}

}  // namespace heapscan::formats::hsd
