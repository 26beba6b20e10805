#include "formats/open_dump.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "formats/hsd/hsd.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/formats/hsd_reading.h"
#include "tests/unit/formats/sample_heaps.h"

namespace heapscan::formats {
namespace {

using tests::TemporaryDirectory;

/// The error of open_dump about the file, without the name of the directory.
std::string complaint(const TemporaryDirectory& directory, const char* name) {
  try {
    const dump::Heap heap = open_dump(directory / name);
    return {};
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
    std::string text = error.what();
    const std::string prefix = directory.path().string() + "/";
    const std::size_t at = text.find(prefix);
    return at == std::string::npos ? text : text.erase(at, prefix.size());
  }
}

void save(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(OpenDump, AFileWithoutBytesIsReportedAsEmpty) {
  const TemporaryDirectory directory;
  save(directory / "a", "");
  EXPECT_EQ(complaint(directory, "a"), "a at byte 0: the file is empty");
}

TEST(OpenDump, AMissingFileIsNamed) {
  const TemporaryDirectory directory;
  EXPECT_EQ(complaint(directory, "a"), "open a: No such file or directory");
}

TEST(OpenDump, ADirectoryIsNotADump) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "a");
  EXPECT_EQ(complaint(directory, "a"), "a is a directory, not a file");
}

TEST(OpenDump, APipeIsRejectedWithoutWaitingForItsWriter) {
  const TemporaryDirectory directory;
  ASSERT_EQ(::mkfifo((directory / "a").c_str(), 0600), 0);
  EXPECT_EQ(complaint(directory, "a"), "a is a pipe or device: copy its contents to a file first");
}

TEST(OpenDump, ADeviceIsRefused) {
  try {
    const dump::Heap heap = open_dump("/dev/zero");
    FAIL() << "a device is no dump";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "/dev/zero is a pipe or device: copy its contents to a file first");
  }
}

TEST(OpenDump, AnUnreadableFileIsRefused) {
  const TemporaryDirectory directory;
  save(directory / "a", "x");
  std::filesystem::permissions(directory / "a", std::filesystem::perms::none);
  // Root may read every file, so the test temporarily becomes nobody.
  constexpr uid_t kNobody = 65534;
  const uid_t user = ::geteuid();
  if (user == 0) {
    std::filesystem::permissions(directory / ".", std::filesystem::perms::all);
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const std::string text = complaint(directory, "a");
  ASSERT_EQ(::seteuid(user), 0);
  EXPECT_EQ(text, "open a: Permission denied");
}

TEST(OpenDump, AFileOfAnotherKindIsShownWithoutItsControlCharacters) {
  const TemporaryDirectory directory;
  save(directory / "a", "#!/bin/\x1b[31m\"\\\xff");
  EXPECT_EQ(complaint(directory, "a"),
            "a at byte 0: not a heap dump: starts with \"#!/bin/\\x1b[31m\", which is unsupported; "
            "supported: hsd (.hsd)");
}

TEST(OpenDump, KnownFormatsAreNamedWithWhatToDo) {
  const TemporaryDirectory directory;
  save(directory / "gzip", "\x1f\x8b\x08");
  EXPECT_EQ(complaint(directory, "gzip"),
            "gzip at byte 0: not a heap dump: starts with \"\\x1f\\x8b\\x08\", a gzip file: unpack "
            "it first");
  save(directory / "sqlite", std::string_view("SQLite format 3\0", 16));
  EXPECT_NE(complaint(directory, "sqlite").find("heapscan sql"), std::string::npos);
}

TEST(OpenDump, AFileOfOneByteIsTooShort) {
  const TemporaryDirectory directory;
  save(directory / "a", "\x89");
  EXPECT_EQ(
      complaint(directory, "a"),
      "a at byte 1: the file is cut short or its end is damaged: copy or capture it again, or "
      "add --salvage");
}

TEST(OpenDump, ADumpIsOpenedWhateverItsName) {
  const TemporaryDirectory directory;
  const dump::Heap heap = tests::heap_with_everything();
  write_hsd(heap, directory / "a.json", Compression::kZstd);
  EXPECT_EQ(tests::column_bytes(open_dump(directory / "a.json")), tests::column_bytes(heap));
}

}  // namespace
}  // namespace heapscan::formats
