#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <zstd.h>

#include "dump/error.h"
#include "formats/hsd/hsd.h"
#include "formats/hsd/hsd_layout.h"
#include "tests/fuzz/hsd_seal.h"
#include "tests/unit/formats/hsd_reading.h"
#include "tests/unit/formats/sample_heaps.h"

// Files that are truncated, damaged, of another version or hostile: each gets one clear error.

namespace heapscan::formats {
namespace {

using hsd::SectionEntry;
using hsd::SectionKind;
using tests::complaint;

constexpr Compression kBoth[] = {Compression::kNone, Compression::kZstd};

/// A valid file in which a test may change anything.
class Forgery {
 public:
  explicit Forgery(Compression compression = Compression::kNone)
      : file_(tests::hsd_bytes(tests::heap_with_everything(), compression)) {}

  template <class T>
  void store(std::size_t at, const T& value) {
    std::memcpy(std::span(file_).subspan(at, sizeof(T)).data(), &value, sizeof(T));
  }

  [[nodiscard]] std::size_t entry_at(SectionKind kind) const {
    const auto footer = hsd::load<hsd::Footer>(file_, file_.size() - sizeof(hsd::Footer));
    for (std::size_t row = 0; row < footer.section_count; ++row) {
      const std::size_t at = footer.table_offset + row * sizeof(SectionEntry);
      if (hsd::load<SectionEntry>(file_, at).kind == kind) {
        return at;
      }
    }
    ADD_FAILURE() << "no section " << hsd::traits(kind).name;
    return 0;
  }

  [[nodiscard]] SectionEntry entry(SectionKind kind) const {
    return hsd::load<SectionEntry>(file_, entry_at(kind));
  }

  /// Changes the entry of the section in the table of contents.
  template <class Change>
  void change(SectionKind kind, const Change& change) {
    const std::size_t at = entry_at(kind);
    auto entry = hsd::load<SectionEntry>(file_, at);
    change(entry);
    store(at, entry);
  }

  /// Changes a value in the stored bytes of the section.
  template <class T>
  void store_in(SectionKind kind, std::size_t at, const T& value) {
    store(entry(kind).offset + at, value);
  }

  [[nodiscard]] std::vector<std::byte>& file() { return file_; }

  /// The message of the reader once the checksums are correct.
  [[nodiscard]] std::string sealed_complaint() {
    tests::seal_hsd(file_);
    return complaint(file_);
  }

 private:
  std::vector<std::byte> file_;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(HsdDamage, AFileCutAtAnyByteIsRefusedWithItsName) {
  for (const Compression compression : kBoth) {
    std::vector<std::byte> file = Forgery(compression).file();
    while (file.size() > 1) {
      file.pop_back();
      EXPECT_EQ(complaint(file), "sample.hsd at byte " + std::to_string(file.size()) +
                                     ": the file is cut short or its end is damaged: copy or "
                                     "capture it again, or add --salvage");
    }
    file.clear();
    EXPECT_EQ(complaint(file), "sample.hsd at byte 0: the file is empty");
  }
}

TEST(HsdDamage, AnyFlippedByteIsDetected) {
  for (const Compression compression : kBoth) {
    Forgery forgery(compression);
    for (std::byte& byte : forgery.file()) {
      const std::byte whole = byte;
      for (const unsigned flip : {0x01U, 0x10U, 0x80U, 0xFFU}) {
        byte = whole ^ static_cast<std::byte>(flip);
        EXPECT_NE(complaint(forgery.file()), "") << "byte " << &byte - forgery.file().data();
      }
      byte = whole;
    }
    EXPECT_EQ(complaint(forgery.file()), "");
  }
}

TEST(HsdDamage, AFlippedByteWithCorrectChecksumsIsHarmless) {
  for (const Compression compression : kBoth) {
    const std::vector<std::byte> whole = Forgery(compression).file();
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
        std::vector<std::byte> file = whole;
        file[at] ^= static_cast<std::byte>(flip);
        tests::seal_hsd(file);
        refused += complaint(file).empty() ? 0U : 1U;
      }
    }
    EXPECT_GT(refused, whole.size());
  }
}

TEST(HsdDamage, BytesAfterTheEndAreDetected) {
  Forgery forgery;
  forgery.file().push_back(std::byte{0});
  EXPECT_TRUE(contains(complaint(forgery.file()), "its end is damaged"));
}

TEST(HsdDamage, TwoConcatenatedFilesAreDetected) {
  Forgery forgery;
  const std::vector<std::byte> copy = forgery.file();
  forgery.file().insert(forgery.file().end(), copy.begin(), copy.end());
  EXPECT_TRUE(contains(complaint(forgery.file()), "bytes instead of the"));
}

TEST(HsdDamage, ADamagedSectionIsNamed) {
  Forgery forgery;
  const std::uint64_t at = forgery.entry(SectionKind::kTarget).offset;
  forgery.store(at + 4, 0xDEADBEEFU);
  EXPECT_EQ(complaint(forgery.file()),
            "sample.hsd at byte " + std::to_string(at) +
                ": section target is damaged: copy or capture it again, or add --salvage");
}

TEST(HsdDamage, TheFirstOfTwoDamagedSectionsIsNamed) {
  Forgery forgery;
  forgery.store_in(SectionKind::kRegions, 0, 0xDEADBEEFU);
  forgery.store_in(SectionKind::kAddress, 0, 0xDEADBEEFU);
  EXPECT_TRUE(contains(complaint(forgery.file()), "section address is damaged"));
}

TEST(HsdDamage, ATextModeTransferIsRecognised) {
  Forgery forgery;
  forgery.file().erase(forgery.file().begin() + 4);
  EXPECT_EQ(complaint(forgery.file()),
            "sample.hsd at byte 0: the first bytes are damaged, as by a transfer in text mode: "
            "copy it as binary");
}

TEST(HsdDamage, AnotherFileIsNotADump) {
  std::vector<std::byte> file(1000, std::byte{0x1B});
  EXPECT_EQ(complaint(file), "sample.hsd at byte 0: not a heap dump in HSD format");
}

TEST(HsdVersion, ANewerFormatAsksForAnUpgrade) {
  Forgery forgery;
  hsd::Header header;
  header.version = 4;
  header.minimum_reader_version = 3;
  forgery.store(0, header);
  EXPECT_EQ(forgery.sealed_complaint(),
            "sample.hsd at byte 12: written by a newer heapscan (format 4; supported: up to 1): "
            "upgrade heapscan");
}

TEST(HsdVersion, ANewerFormatThatThisReaderMayReadIsRead) {
  Forgery forgery;
  hsd::Header header;
  header.version = 4;
  forgery.store(0, header);
  EXPECT_EQ(forgery.sealed_complaint(), "");
}

TEST(HsdVersion, AnUnknownSectionIsSkipped) {
  for (const std::uint32_t kind : {0U, 25U, 999U, 0xFFFFFFFFU}) {
    Forgery forgery(Compression::kZstd);
    forgery.change(SectionKind::kRegions, [&](SectionEntry& entry) {
      entry.kind = static_cast<SectionKind>(kind);
      entry.width = 77;
      entry.codec = static_cast<hsd::Codec>(9);
    });
    tests::seal_hsd(forgery.file());
    EXPECT_TRUE(tests::read_copy(forgery.file()).columns().regions.empty());
  }
}

TEST(HsdVersion, AnUnknownSectionIsStillCheckedForDamage) {
  Forgery forgery;
  const std::uint64_t at = forgery.entry(SectionKind::kRegions).offset;
  forgery.change(SectionKind::kRegions,
                 [](SectionEntry& entry) { entry.kind = static_cast<SectionKind>(999); });
  tests::seal_hsd(forgery.file());
  forgery.store(at, 0xDEADBEEFU);
  EXPECT_TRUE(contains(complaint(forgery.file()), "section of kind 999 is damaged"));
}

TEST(HsdVersion, AnUnknownFactIsIgnored) {
  Forgery forgery;
  // The first fact is "runtime": now it is one that does not exist yet.
  forgery.store_in(SectionKind::kFacts, 8, 'R');
  tests::seal_hsd(forgery.file());
  const dump::Heap heap = tests::read_copy(forgery.file());
  EXPECT_EQ(heap.facts().runtime, "");
  EXPECT_EQ(heap.facts().version, "3.11.2");
}

TEST(HsdHostile, AMissingRequiredSectionIsNamed) {
  for (const hsd::SectionTraits& section : hsd::kSections) {
    Forgery forgery;
    forgery.change(section.kind,
                   [](SectionEntry& entry) { entry.kind = static_cast<SectionKind>(999); });
    const std::string text = forgery.sealed_complaint();
    if (section.required) {
      EXPECT_TRUE(contains(text, "section " + std::string(section.name) + " is missing")) << text;
    }
  }
}

TEST(HsdHostile, ASectionThatOccursTwiceIsRefused) {
  Forgery forgery;
  forgery.change(SectionKind::kRegions,
                 [](SectionEntry& entry) { entry.kind = SectionKind::kFrames; });
  EXPECT_TRUE(contains(forgery.sealed_complaint(), "section frames occurs twice"));
}

TEST(HsdHostile, ImpossibleDeclarationsAreRejected) {
  struct Lie {
    std::string_view expected;
    void (*tell)(SectionEntry&);
  };

  const Lie lies[] = {
      {"has rows of 0 bytes", [](SectionEntry& entry) { entry.width = 0; }},
      {"has rows of 5 bytes", [](SectionEntry& entry) { entry.width = 5; }},
      {"unknown codec 7", [](SectionEntry& entry) { entry.codec = static_cast<hsd::Codec>(7); }},
      {"cannot have filter 9",
       [](SectionEntry& entry) { entry.filter = static_cast<hsd::Filter>(9); }},
      {"cannot have filter 4", [](SectionEntry& entry) { entry.filter = hsd::Filter::kLabel; }},
      {"declares 18446744073709551615 rows", [](SectionEntry& entry) { entry.rows = ~0ULL; }},
      {"too small for the table", [](SectionEntry& entry) { entry.rows = 1ULL << 60U; }},
      {"chunks of 0 rows", [](SectionEntry& entry) { entry.chunk_rows = 0; }},
      {"chunks of 4294967295 rows", [](SectionEntry& entry) { entry.chunk_rows = ~0U; }},
      {"does not unpack to", [](SectionEntry& entry) { entry.rows = 1000; }},
      {"begins at byte", [](SectionEntry& entry) { entry.offset += 64; }},
      {"begins at byte", [](SectionEntry& entry) { entry.offset = 1; }},
      {"begins at byte", [](SectionEntry& entry) { entry.offset = ~0ULL; }},
      {"reaches beyond", [](SectionEntry& entry) { entry.stored_size = ~0ULL; }},
      {"begins at byte", [](SectionEntry& entry) { entry.stored_size += 64; }},
      {"bytes for", [](SectionEntry& entry) { entry.codec = hsd::Codec::kRaw; }},
  };
  for (const Lie& lie : lies) {
    Forgery forgery(Compression::kZstd);
    forgery.change(SectionKind::kAddress, lie.tell);
    const std::string text = forgery.sealed_complaint();
    EXPECT_TRUE(contains(text, lie.expected)) << text << " instead of " << lie.expected;
    EXPECT_TRUE(text.starts_with("sample.hsd at byte ")) << text;
  }
}

TEST(HsdHostile, AFrameOfTheWrongSizeIsRefused) {
  // The table of contents agrees with the header of the frame, but the frame contains less.
  Forgery forgery(Compression::kZstd);
  const SectionEntry entry = forgery.entry(SectionKind::kStringText);
  const std::string other(entry.rows + 1, 'x');
  std::vector<std::byte> frame(ZSTD_compressBound(other.size()));
  frame.resize(ZSTD_compress(frame.data(), frame.size(), other.data(), other.size(), 1));
  ASSERT_LE(frame.size() + sizeof(hsd::ChunkSize), entry.stored_size);
  std::copy(frame.begin(), frame.end(),
            forgery.file().begin() + static_cast<std::ptrdiff_t>(entry.offset));
  EXPECT_TRUE(
      contains(forgery.sealed_complaint(), "a chunk of section string_text does not unpack"));
}

TEST(HsdHostile, ADecompressionBombIsRejectedBeforeMemoryIsAllocated) {
  Forgery forgery(Compression::kZstd);
  const auto owner = std::make_shared<std::vector<std::byte>>(forgery.file());
  try {
    const dump::Heap heap = read_hsd(*owner, owner, "bomb", {.max_unpacked_bytes = 100});
    FAIL() << "more than 100 bytes were unpacked";
  } catch (const Error& error) {
    EXPECT_TRUE(contains(error.what(), "are left of the 100 that may be used")) << error.what();
  }

  // One frame of a few bytes that claims to hold 64 MiB.
  constexpr std::uint64_t kClaim = std::uint64_t{64} << 20U;
  const SectionEntry entry = forgery.entry(SectionKind::kStringText);
  const std::array<unsigned char, 9> header = {0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 0, 0x04};
  forgery.store(entry.offset, header);
  forgery.change(SectionKind::kStringText, [](SectionEntry& text) {
    text.rows = kClaim;
    text.chunk_rows = static_cast<std::uint32_t>(kClaim);
  });
  const std::string text = forgery.sealed_complaint();
  EXPECT_TRUE(contains(text, "does not unpack to the 67108864 bytes that it declares")) << text;
}

TEST(HsdHostile, InvalidColumnsAreReportedWithTheFile) {
  struct Lie {
    SectionKind section;
    std::size_t at;
    std::uint32_t value;
    std::string_view expected;
  };

  const Lie lies[] = {
      {SectionKind::kTarget, 0, 1000, "column target, row 0"},
      {SectionKind::kType, 4, 1000, "column type, row 1"},
      {SectionKind::kReferenceBegin, 8, 1000, "column reference_begin, row 2"},
      {SectionKind::kAddress, 8, 0xFFFFFFFF, "column address, row 2"},
      {SectionKind::kKind, 0, 0x77, "column kind, row 0: unknown kind 119"},
      {SectionKind::kLabel, 0, 1000, "column label, row 0"},
      {SectionKind::kWeak, 4, 1000, "column weak, row 0"},
      {SectionKind::kRoot, 0, 1000, "column root, row 0"},
      {SectionKind::kValueObject, 0, 1000, "column value_object, row 0"},
      {SectionKind::kStringBegin, 8, 10000, "column strings"},
      {SectionKind::kTypes, 0, 10000, "column types, row 0"},
      {SectionKind::kThreads, 12, 10000, "column threads, row 0"},
  };
  for (const Lie& lie : lies) {
    Forgery forgery;
    forgery.store_in(lie.section, lie.at, lie.value);
    const std::string text = forgery.sealed_complaint();
    EXPECT_TRUE(text.starts_with("sample.hsd: ")) << text;
    EXPECT_TRUE(contains(text, lie.expected)) << text << " instead of " << lie.expected;
  }
}

TEST(HsdHostile, ABooleanOtherThanZeroAndOneIsRejected) {
  Forgery forgery;
  forgery.store_in(SectionKind::kRoot, offsetof(dump::Root, counted), std::uint8_t{2});
  EXPECT_TRUE(contains(forgery.sealed_complaint(), "section root, row 0"));
}

TEST(HsdHostile, MalformedFactsAreRejected) {
  Forgery beyond;
  beyond.store_in(SectionKind::kFacts, 0, 0xFFFFFFFFU);
  EXPECT_TRUE(contains(beyond.sealed_complaint(), "a fact reaches beyond its section"));

  Forgery letters;
  const std::string_view pid = "pid4711";
  auto& file = letters.file();
  const auto text = std::as_bytes(std::span(pid));
  const auto found = std::search(file.begin(), file.end(), text.begin(), text.end());
  ASSERT_NE(found, file.end());
  *(found + 3) = std::byte{'x'};
  EXPECT_TRUE(contains(letters.sealed_complaint(), "fact pid is not a number"));
}

}  // namespace
}  // namespace heapscan::formats
