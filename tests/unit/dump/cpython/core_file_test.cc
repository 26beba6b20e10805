#include "dump/cpython/core/core_file.h"

#include <cstring>
#include <fstream>
#include <random>

#include <elf.h>
#include <gtest/gtest.h>

#include "dump/cpython/core/core_program.h"
#include "dump/error.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/dump/cpython/core_builder.h"

namespace heapscan::dump::cpython {
namespace {

using tests::bytes_of;
using tests::CoreBuilder;
using tests::small_library;
using tests::TemporaryDirectory;

constexpr std::uint64_t kPage = 4096;

void save(const std::filesystem::path& path, const std::vector<std::byte>& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(static_cast<const void*>(bytes.data())),
             static_cast<std::streamsize>(bytes.size()));
}

std::string complaint(const std::vector<std::byte>& core) {
  try {
    (void)CoreFile(core, "app.core");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
    return error.what();
  }
  return "none";
}

std::vector<std::byte> page_of(char letter) {
  return bytes_of(std::string(kPage, letter));
}

/// A core with one library at 0x10000, of which only the first page is stored, and a heap after it.
CoreBuilder library_core(const std::string& path, std::string_view build_id) {
  std::vector<std::byte> start = small_library(build_id, "constants");
  start.resize(1024);
  CoreBuilder core;
  core.process(42, "python3 app.py ")
      .thread(42, 6, 0x6000)
      .thread(43, 0, 0x7000)
      .files({{0x10000, 0x11000, 0, path}, {0x11000, 0x12000, 1, path}})
      .segment(0x10000, kPage, start, PF_R)
      .segment(0x11000, kPage, {}, PF_R | PF_X)
      .segment(0x20000, kPage, page_of('a'), PF_R | PF_W)
      .segment(0x21000, kPage, page_of('b'), PF_R | PF_W);
  return core;
}

TEST(CoreFile, NotesHaveProcessThreadsSignalAndFiles) {
  const std::vector<std::byte> bytes = library_core("/lib/libx.so", "ID").bytes();
  const CoreFile core(bytes, "app.core");
  EXPECT_EQ(core.notes().pid, 42);
  EXPECT_EQ(core.notes().command, "python3 app.py");
  ASSERT_EQ(core.notes().threads.size(), 2U);
  EXPECT_EQ(core.notes().threads[1].id, 43);
  EXPECT_EQ(core.notes().threads[1].pointer, Address(0x7000));
  EXPECT_EQ(core.notes().signal, 6);
  ASSERT_EQ(core.notes().files.size(), 2U);
  EXPECT_EQ(core.notes().files[1].path, "/lib/libx.so");
  EXPECT_EQ(core.notes().files[1].file_offset, kPage);
  EXPECT_EQ(core.missing_bytes(), 0U);
}

TEST(CoreFile, SegmentsAreAscendingWhateverTheirOrderInTheFile) {
  CoreBuilder builder;
  builder.segment(0x30000, kPage, page_of('c'), PF_R).segment(0x20000, kPage, {}, PF_R | PF_W);
  const std::vector<std::byte> bytes = builder.bytes();
  const CoreFile core(bytes, "app.core");
  ASSERT_EQ(core.segments().size(), 2U);
  EXPECT_EQ(core.segments()[0].begin, Address(0x20000));
  EXPECT_TRUE(core.segments()[0].stored.empty());
  EXPECT_TRUE(core.segments()[0].writable);
  EXPECT_EQ(core.segments()[1].stored[5], std::byte{'c'});
}

TEST(CoreFile, TheLengthOfAVeryLongSegmentTableIsInASection) {
  const std::vector<std::byte> bytes =
      library_core("/lib/libx.so", "ID").count_in_section().bytes();
  EXPECT_EQ(CoreFile(bytes, "app.core").segments().size(), 4U);
  std::vector<std::byte> hostile = bytes;
  Elf64_Ehdr header = {};
  std::memcpy(&header, hostile.data(), sizeof(header));
  const std::uint32_t huge = 0xFFFFFFFF;
  std::memcpy(hostile.data() + header.e_shoff + offsetof(Elf64_Shdr, sh_info), &huge, sizeof(huge));
  EXPECT_NE(complaint(hostile).find("4294967295 program headers"), std::string::npos);
}

TEST(CoreFile, OtherFilesAreDistinguishedFromCores) {
  EXPECT_EQ(complaint({}), "app.core: the file is empty");
  EXPECT_EQ(complaint(bytes_of("text")), "app.core: not a core: it is not an ELF file");
  EXPECT_NE(complaint(small_library("", "")).find("program or library"), std::string::npos);
  EXPECT_NE(complaint(bytes_of("\x28\xB5\x2F\xFD...")).find("zstd -d"), std::string::npos);
  std::vector<std::byte> other = library_core("/x", "ID").bytes();
  other[offsetof(Elf64_Ehdr, e_machine)] = std::byte{EM_AARCH64};
  EXPECT_NE(complaint(other).find("another machine"), std::string::npos);
}

TEST(CoreFile, SegmentsAtOneAddressAreRejected) {
  CoreBuilder builder;
  builder.segment(0x10000, 2 * kPage, {}, PF_R).segment(0x11000, kPage, {}, PF_R);
  EXPECT_EQ(complaint(builder.bytes()), "app.core: damaged: two of its segments overlap");
}

TEST(CoreFile, SegmentsThatShareBytesAreRejected) {
  CoreBuilder builder;
  for (std::uint64_t number = 0; number < 4; ++number) {
    builder.segment(0x10000 + number * kPage, kPage, page_of('x'), PF_R);
  }
  std::vector<std::byte> bytes = builder.bytes();
  Elf64_Phdr first = {};
  std::memcpy(&first, bytes.data() + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr), sizeof(first));
  for (std::size_t row = 1; row <= 4; ++row) {
    const std::size_t place = sizeof(Elf64_Ehdr) + row * sizeof(Elf64_Phdr);
    std::memcpy(bytes.data() + place + offsetof(Elf64_Phdr, p_offset), &first.p_offset, 8);
  }
  bytes.resize(first.p_offset + kPage);
  EXPECT_EQ(complaint(bytes), "app.core: damaged: its segments share bytes");
}

TEST(CoreFile, ATruncatedCoreReportsHowMuchIsMissing) {
  const std::vector<std::byte> whole = library_core("/lib/libx.so", "ID").bytes();
  std::vector<std::byte> cut = whole;
  cut.resize(whole.size() - kPage - 100);
  const CoreFile core(cut, "app.core");
  EXPECT_EQ(core.missing_bytes(), kPage + 100);
  EXPECT_EQ(core.segments()[2].stored.size(), kPage - 100);
  EXPECT_EQ(core.segments()[2].missing, 100U);
  EXPECT_EQ(core.segments()[3].missing, kPage);
}

TEST(CoreFile, TruncatedAtAnyByteItGivesAnErrorOrIsSmaller) {
  const std::vector<std::byte> whole = library_core("/lib/libx.so", "ID").bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
    try {
      const CoreFile core(cut, "app.core");
      EXPECT_EQ(core.missing_bytes(), whole.size() - size);
      EXPECT_FALSE(CoreProgram(core, {"/nonexistent", ""}).complete());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadInput) << error.what();
    }
  }
}

TEST(CoreFile, FlippedBytesGiveAnErrorOrAnotherCore) {
  const TemporaryDirectory directory;
  save(directory / "libx.so", small_library("ID", "constants"));
  const std::vector<std::byte> whole = library_core((directory / "libx.so").string(), "ID").bytes();
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 20'000; ++trial) {
    std::vector<std::byte> damaged = whole;
    for (std::uint64_t hit = 0; hit <= random() % 3; ++hit) {
      damaged[random() % (damaged.size() - 2 * kPage)] = static_cast<std::byte>(random());
    }
    try {
      const CoreFile core(damaged, "app.core");
      const CoreProgram program(core, {});
      for (const MemoryImage::Range& range : program.image().ranges()) {
        std::byte last{};
        EXPECT_TRUE(program.read(range.end - 1, std::span(&last, 1)));
      }
    } catch (const Error& error) {
      EXPECT_NE(error.kind(), ErrorKind::kInternal) << error.what();
    }
  }
}

class CoreWithLibrary : public ::testing::Test {
 protected:
  void make(std::string_view mapped_build_id) {
    bytes_ = library_core(path(), mapped_build_id).bytes();
    core_ = std::make_unique<const CoreFile>(bytes_, "app.core");
  }

  [[nodiscard]] std::string path() const { return (directory_ / "libx.so").string(); }

  /// The constants of the library as they are in the image.
  static std::string constants(const CoreProgram& program) {
    return ImageReader(program.image()).text(Address(0x10000 + 2048), 100);
  }

  TemporaryDirectory directory_;
  std::vector<std::byte> bytes_;
  std::unique_ptr<const CoreFile> core_;
};

TEST_F(CoreWithLibrary, ConstantsComeFromTheFileOfTheSameBuild) {
  make("ID");
  save(path(), small_library("ID", "constants"));
  const CoreProgram program(*core_, {});
  EXPECT_EQ(constants(program), "constants");
  EXPECT_TRUE(program.complete());
  EXPECT_TRUE(program.warnings().empty());
  EXPECT_EQ(ImageReader(program.image()).bytes(Address(0x11000), 1), nullptr)
      << "code is of no use";
}

TEST_F(CoreWithLibrary, AdjacentSegmentsAreOneRange) {
  make("ID");
  const CoreProgram program(*core_, {});
  EXPECT_NE(ImageReader(program.image()).bytes(Address(0x20FFF), 2), nullptr);
}

TEST_F(CoreWithLibrary, AnotherBuildIsNotUsed) {
  make("ID");
  save(path(), small_library("OTHER", "constants"));
  const CoreProgram program(*core_, {"/", ""});
  EXPECT_EQ(constants(program), "");
  EXPECT_FALSE(program.complete());
  ASSERT_EQ(program.warnings().size(), 1U);
  EXPECT_NE(program.warnings()[0].find("(build-id 4f54484552) is not the"), std::string::npos);
  EXPECT_NE(program.warnings()[0].find("(build-id 4944)"), std::string::npos);
}

TEST_F(CoreWithLibrary, AMissingFileIsNamedWithItsBuild) {
  make("ID");
  const CoreProgram program(*core_, {});
  ASSERT_EQ(program.warnings().size(), 1U);
  EXPECT_EQ(program.warnings()[0].find(path() + " (build-id 4944) was not found"), 0U);
}

TEST_F(CoreWithLibrary, WithoutABuildIdTheHeadersDecide) {
  make("");
  save(path(), small_library("", "constants"));
  EXPECT_EQ(constants(CoreProgram(*core_, {})), "constants");
  save(path(), small_library("NEW", "constants"));
  EXPECT_EQ(constants(CoreProgram(*core_, {})), "");
}

TEST_F(CoreWithLibrary, TheSysrootHasFilesByPathOrByName) {
  make("ID");
  std::filesystem::create_directories(directory_ / "root");
  const CoreSources sources = {(directory_ / "root").string(), ""};
  save(directory_ / "root" / "libx.so", small_library("ID", "constants"));
  EXPECT_EQ(constants(CoreProgram(*core_, sources)), "constants");
  std::filesystem::remove(directory_ / "root" / "libx.so");
  const std::filesystem::path place = directory_ / "root" / path().substr(1);
  std::filesystem::create_directories(place.parent_path());
  save(place, small_library("ID", "constants"));
  EXPECT_EQ(constants(CoreProgram(*core_, sources)), "constants");
}

TEST_F(CoreWithLibrary, ASymbolicLinkDoesNotLeadOutOfTheSysroot) {
  make("ID");
  save(directory_ / "outside", small_library("ID", "constants"));
  std::filesystem::create_directories(directory_ / "root");
  std::filesystem::create_symlink(directory_ / "outside", directory_ / "root" / "libx.so");
  EXPECT_EQ(constants(CoreProgram(*core_, {(directory_ / "root").string(), ""})), "");
}

TEST_F(CoreWithLibrary, ADeletedFileIsSearchedForUnderItsName) {
  bytes_ = library_core(path() + " (deleted)", "ID").bytes();
  core_ = std::make_unique<const CoreFile>(bytes_, "app.core");
  save(path(), small_library("ID", "constants"));
  EXPECT_EQ(constants(CoreProgram(*core_, {})), "constants");
}

TEST_F(CoreWithLibrary, AProgramOtherThanTheOneNamedIsRejected) {
  make("ID");
  save(directory_ / "other", small_library("OTHER", "constants"));
  const CoreSources sources = {"", (directory_ / "other").string()};
  EXPECT_THROW((void)CoreProgram(*core_, sources), Error);
}

TEST_F(CoreWithLibrary, MissingMemoryIsNotTakenFromAFile) {
  bytes_ = library_core(path(), "ID").bytes();
  bytes_.resize(bytes_.size() - 2 * kPage - 512);
  core_ = std::make_unique<const CoreFile>(bytes_, "app.core");
  save(path(), small_library("ID", "constants"));
  const CoreProgram program(*core_, {});
  EXPECT_FALSE(program.complete());
  EXPECT_EQ(ImageReader(program.image()).bytes(Address(0x10000 + 600), 1), nullptr);
  EXPECT_EQ(constants(program), "constants") << "it never was in the core";
}

}  // namespace
}  // namespace heapscan::dump::cpython
