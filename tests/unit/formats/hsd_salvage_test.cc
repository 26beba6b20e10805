#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/graph/dominators.h"
#include "dump/diagnostics.h"
#include "formats/hsd/hsd.h"
#include "formats/hsd/hsd_layout.h"
#include "formats/hsd/hsd_repair.h"
#include "tests/fuzz/hsd_seal.h"
#include "tests/unit/formats/hsd_reading.h"
#include "tests/unit/formats/sample_heaps.h"

// What --salvage makes of damaged files: what is whole is read, what is not is named, and nothing
// is made up.

namespace heapscan::formats {
namespace {

using dump::DiagnosticCode;
using hsd::SectionEntry;
using hsd::SectionKind;
using tests::complaint_of;
using tests::salvage_copy;

constexpr Compression kBoth[] = {Compression::kNone, Compression::kZstd};

std::vector<std::byte> whole_file(Compression compression) {
  return tests::hsd_bytes(tests::heap_with_everything(), compression);
}

hsd::Footer footer_of(const std::vector<std::byte>& file) {
  return hsd::load<hsd::Footer>(file, file.size() - sizeof(hsd::Footer));
}

SectionEntry entry_of(const std::vector<std::byte>& file, SectionKind kind) {
  const hsd::Footer footer = footer_of(file);
  for (std::size_t row = 0; row < footer.section_count; ++row) {
    const auto entry =
        hsd::load<SectionEntry>(file, footer.table_offset + row * sizeof(SectionEntry));
    if (entry.kind == kind) {
      return entry;
    }
  }
  ADD_FAILURE() << "no section " << hsd::traits(kind).name;
  return {};
}

void flip(std::vector<std::byte>& file, std::size_t at, unsigned bits = 0xFFU) {
  file[at] ^= static_cast<std::byte>(bits);
}

/// The file with a byte of the section changed.
std::vector<std::byte> without(SectionKind kind, Compression compression) {
  std::vector<std::byte> file = whole_file(compression);
  flip(file, entry_of(file, kind).offset);
  return file;
}

std::string words(const dump::Heap& heap) {
  std::string text;
  for (const dump::Diagnostic& diagnostic : heap.diagnostics().rows()) {
    text += text.empty() ? "" : " ";
    text += dump::to_string(diagnostic.code);
  }
  return text;
}

std::string salvage_complaint(const std::vector<std::byte>& file) {
  return complaint_of([&file] { (void)salvage_copy(file); });
}

bool everything_is_reachable(const dump::Heap& heap) {
  return analysis::dominator_tree(heap).reachable_count == heap.object_count();
}

/// Goes through all columns, so that a sanitizer sees what refers outside of them.
void visit(const dump::Heap& heap) {
  std::size_t sum = 0;
  for (const dump::ObjectId id : heap.objects()) {
    sum +=
        heap.type_name(id).size() + heap.value(id).value_or("").size() + heap.referrers(id).size();
  }
  for (const dump::Root& root : heap.roots()) {
    sum += root.label.has_value() ? heap.string(root.label).size() : 1;
  }
  EXPECT_GE(sum, 0U);
}

TEST(Salvage, AWholeFileIsReadAsItIs) {
  for (const Compression compression : kBoth) {
    const std::vector<std::byte> file = whole_file(compression);
    const dump::Heap heap = salvage_copy(file);
    EXPECT_TRUE(heap.diagnostics().empty());
    EXPECT_EQ(tests::column_bytes(heap), tests::column_bytes(tests::read_copy(file)));
  }
}

TEST(Salvage, ADamagedSectionIsLostAloneAndNamed) {
  const std::map<SectionKind, std::string> expected = {
      {SectionKind::kFacts, "lost-facts"},
      {SectionKind::kRefcount, "lost-refcounts"},
      {SectionKind::kFlags, "lost-flags"},
      {SectionKind::kSite, "lost-sites"},
      {SectionKind::kContentHash, "lost-hashes"},
      {SectionKind::kLabel, "lost-labels"},
      {SectionKind::kWeak, "lost-weak-references"},
      {SectionKind::kRoot, "lost-roots reachability-unknown"},
      {SectionKind::kValueObject, "lost-values"},
      {SectionKind::kValueBegin, "lost-values"},
      {SectionKind::kValueText, "lost-values"},
      {SectionKind::kStringBegin, "lost-strings"},
      {SectionKind::kStringText, "lost-strings"},
      {SectionKind::kThreads, "lost-threads"},
      {SectionKind::kFrames, "lost-frames"},
      {SectionKind::kSites, "lost-sites"},
      {SectionKind::kRegions, "lost-regions"},
  };
  for (const Compression compression : kBoth) {
    const auto whole = tests::column_bytes(tests::heap_with_everything());
    for (const auto& [kind, text] : expected) {
      const std::vector<std::byte> file = without(kind, compression);
      const dump::Heap heap = salvage_copy(file);
      EXPECT_EQ(words(heap), text);
      EXPECT_EQ(heap.diagnostics().rows().front().offset, entry_of(file, kind).offset);
      EXPECT_FALSE(heap.facts().complete);
      visit(heap);
      const auto read = tests::column_bytes(heap);
      for (const SectionKind same : {SectionKind::kAddress, SectionKind::kType, SectionKind::kSize,
                                     SectionKind::kReferenceBegin, SectionKind::kTarget}) {
        EXPECT_EQ(read.at(same), whole.at(same)) << text;
      }
    }
  }
}

TEST(Salvage, WithoutTheGraphThereIsNothingToSalvage) {
  for (const Compression compression : kBoth) {
    for (const hsd::SectionTraits& section : hsd::kSections) {
      if (hsd::is_essential(section.kind)) {
        const std::string text = salvage_complaint(without(section.kind, compression));
        EXPECT_NE(text.find("section " + std::string(section.name) + " is lost"), std::string::npos)
            << text;
      }
    }
  }
}

TEST(Salvage, WithoutRootsNoObjectIsCalledGarbage) {
  for (const Compression compression : kBoth) {
    EXPECT_TRUE(everything_is_reachable(salvage_copy(without(SectionKind::kRoot, compression))));
  }
}

TEST(Salvage, WithoutTypesTheyHaveNumbersAndPackedReferencesToThemAreLeftOut) {
  const dump::Heap raw = salvage_copy(without(SectionKind::kTypes, Compression::kNone));
  EXPECT_EQ(words(raw), "lost-types");
  EXPECT_EQ(raw.type_name(dump::TypeId(0)), "[lost type 0]");
  EXPECT_EQ(raw.reference_count(), tests::heap_with_everything().reference_count());

  const dump::Heap packed = salvage_copy(without(SectionKind::kTypes, Compression::kZstd));
  EXPECT_EQ(words(packed), "lost-types reachability-unknown");
  EXPECT_LT(packed.reference_count(), raw.reference_count());
  for (const dump::ReferenceKind kind : packed.columns().kind) {
    EXPECT_NE(kind, dump::ReferenceKind::kType);
  }
  EXPECT_TRUE(everything_is_reachable(packed));
}

TEST(Salvage, WithoutStringsNothingHasTheNameOfAnother) {
  const dump::Heap heap = salvage_copy(without(SectionKind::kStringText, Compression::kZstd));
  EXPECT_EQ(heap.type_name(dump::TypeId(1)), "[lost type 1]");
  for (const dump::Root& root : heap.roots()) {
    EXPECT_FALSE(root.label.has_value());
  }
}

TEST(Salvage, AFileCutInItsTableOrFooterLosesNothingThatTheTableStillDescribes) {
  for (const Compression compression : kBoth) {
    const std::vector<std::byte> whole = whole_file(compression);
    const auto columns = tests::column_bytes(tests::read_copy(whole));
    for (std::size_t cut = 1; cut <= sizeof(hsd::Footer); ++cut) {
      std::vector<std::byte> file(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(cut));
      const dump::Heap heap = salvage_copy(file);
      EXPECT_EQ(words(heap), "cut-short");
      EXPECT_EQ(tests::column_bytes(heap), columns);
    }
  }
}

TEST(Salvage, ADamagedHeaderFooterOrTableLosesNothingElse) {
  for (const Compression compression : kBoth) {
    const std::vector<std::byte> whole = whole_file(compression);
    const auto columns = tests::column_bytes(tests::read_copy(whole));

    std::vector<std::byte> header = whole;
    flip(header, 20);
    EXPECT_EQ(words(salvage_copy(header)), "damaged-header");
    EXPECT_EQ(tests::column_bytes(salvage_copy(header)), columns);

    std::vector<std::byte> footer = whole;
    flip(footer, whole.size() - sizeof(hsd::Footer) + 3);
    EXPECT_EQ(words(salvage_copy(footer)), "damaged-footer");
    EXPECT_EQ(tests::column_bytes(salvage_copy(footer)), columns);

    // The entry of the regions, which are the last section.
    std::vector<std::byte> table = whole;
    flip(table, whole.size() - sizeof(hsd::Footer) - sizeof(SectionEntry) + 33);
    EXPECT_EQ(words(salvage_copy(table)), "damaged-table lost-regions");
  }
}

TEST(Salvage, APackedFileWithoutItsTableIsReadAsFarAsItGoes) {
  const std::vector<std::byte> whole = whole_file(Compression::kZstd);
  const auto columns = tests::column_bytes(tests::read_copy(whole));
  const auto cut_after = [&whole](SectionKind kind) {
    const SectionEntry entry = entry_of(whole, kind);
    const auto end = static_cast<std::ptrdiff_t>(entry.offset + entry.stored_size);
    return std::vector<std::byte>(whole.begin(), whole.begin() + end);
  };

  const dump::Heap with_types = salvage_copy(cut_after(SectionKind::kTypes));
  EXPECT_EQ(words(with_types), "cut-short lost-sites lost-threads lost-frames lost-regions");
  const auto read = tests::column_bytes(with_types);
  for (const SectionKind same : {SectionKind::kAddress, SectionKind::kTarget, SectionKind::kLabel,
                                 SectionKind::kWeak, SectionKind::kRoot, SectionKind::kValueText,
                                 SectionKind::kStringText, SectionKind::kTypes}) {
    EXPECT_EQ(read.at(same), columns.at(same)) << hsd::traits(same).name;
  }

  const dump::Heap with_roots = salvage_copy(cut_after(SectionKind::kRoot));
  EXPECT_TRUE(with_roots.diagnostics().has(DiagnosticCode::kLostStrings));
  EXPECT_FALSE(with_roots.diagnostics().has(DiagnosticCode::kLostRoots));
  EXPECT_TRUE(everything_is_reachable(with_roots));

  const dump::Heap with_labels = salvage_copy(cut_after(SectionKind::kLabel));
  EXPECT_TRUE(with_labels.diagnostics().has(DiagnosticCode::kLostRoots));
  EXPECT_EQ(with_labels.object_count(), tests::heap_with_everything().object_count());
  EXPECT_TRUE(everything_is_reachable(with_labels));

  EXPECT_NE(
      salvage_complaint(cut_after(SectionKind::kTarget)).find("before the end of its references"),
      std::string::npos);
}

TEST(Salvage, AnUnpackedFileWithoutItsTableIsRefused) {
  std::vector<std::byte> file = whole_file(Compression::kNone);
  file.resize(footer_of(file).table_offset);
  EXPECT_NE(salvage_complaint(file).find("cannot be identified"), std::string::npos);
}

TEST(Salvage, ANewerFormatIsReadAndSaidToBeOne) {
  std::vector<std::byte> file = whole_file(Compression::kZstd);
  hsd::Header header;
  header.version = 4;
  header.minimum_reader_version = 3;
  std::memcpy(file.data(), &header, sizeof(header));
  tests::seal_hsd(file);
  const dump::Heap heap = salvage_copy(file);
  EXPECT_EQ(words(heap), "newer-format");
  EXPECT_FALSE(heap.facts().complete);
}

TEST(Salvage, AFileCutAtAnyByteGivesAHeapOrOneClearError) {
  for (const Compression compression : kBoth) {
    std::vector<std::byte> file = whole_file(compression);
    while (file.size() > 1) {
      file.pop_back();
      const std::string text = complaint_of([&file] {
        const dump::Heap heap = salvage_copy(file);
        EXPECT_FALSE(heap.diagnostics().empty());
        visit(heap);
      });
      if (!text.empty()) {
        EXPECT_NE(text.find("salvage"), std::string::npos) << text;
      }
    }
  }
}

TEST(Salvage, AFlippedByteNeverDoesHarmWithRightOrWrongChecksums) {
  for (const Compression compression : kBoth) {
    const std::vector<std::byte> whole = whole_file(compression);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const bool sealed : {false, true}) {
        std::vector<std::byte> file = whole;
        flip(file, at, at % 3 == 0 ? 0x01U : 0xFFU);
        if (sealed) {
          tests::seal_hsd(file);
        }
        (void)complaint_of([&] {
          const dump::Heap heap = salvage_copy(file);
          // Wrong checksums are always noticed.
          EXPECT_TRUE(sealed || !heap.diagnostics().empty()) << at;
          visit(heap);
        });
      }
    }
  }
}

}  // namespace
}  // namespace heapscan::formats
