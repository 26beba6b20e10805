#include "formats/output/output_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "tests/support/temporary_directory.h"

namespace heapscan::formats {
namespace {

using tests::TemporaryDirectory;

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_text(OutputFile& file, std::string_view text) {
  file.write(std::as_bytes(std::span(text)));
}

void save(const std::filesystem::path& path, std::string_view text) {
  OutputFile file(path);
  write_text(file, text);
  file.commit();
}

/// The error with which opening or writing the file fails.
std::string complaint(const std::filesystem::path& path) {
  try {
    save(path, "x");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOutput);
    return error.what();
  }
  return {};
}

bool has_nameless_files(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  return descriptor >= 0;
}

/// While this exists, writing beyond a given size fails, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit small = {bytes, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }

  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, handler_);
  }

  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  FullDisk(FullDisk&&) = delete;
  FullDisk& operator=(FullDisk&&) = delete;

 private:
  rlimit limit_ = {};
  void (*handler_)(int);
};

TEST(OutputFile, AppearsUnderItsNameWhenItIsCommitted) {
  const TemporaryDirectory directory;
  OutputFile file(directory / "a");
  write_text(file, "abc");
  EXPECT_EQ(file.position(), 3U);
  EXPECT_FALSE(std::filesystem::exists(directory / "a"));
  file.commit();
  EXPECT_EQ(content(directory / "a"), "abc");
  EXPECT_EQ(directory.entries(), 1U);
}

TEST(OutputFile, ContainsWritesOfEverySizeInOrder) {
  const TemporaryDirectory directory;
  std::string expected;
  OutputFile file(directory / "a");
  for (const std::size_t size : {1U, 100000U, 262144U, 7U, 1000000U, 262143U, 2U, 0U, 5U}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    expected += piece;
    write_text(file, piece);
    EXPECT_EQ(file.position(), expected.size());
  }
  file.commit();
  EXPECT_EQ(content(directory / "a"), expected);
}

TEST(OutputFile, ReplacesAnOlderFile) {
  const TemporaryDirectory directory;
  save(directory / "a", "old and long");
  save(directory / "a", "new");
  EXPECT_EQ(content(directory / "a"), "new");
  EXPECT_EQ(directory.entries(), 1U);
}

TEST(OutputFile, KeepsTheOlderFileUntilItIsCommitted) {
  const TemporaryDirectory directory;
  save(directory / "a", "old");
  {
    OutputFile file(directory / "a");
    write_text(file, "new");
    EXPECT_EQ(content(directory / "a"), "old");
  }
  EXPECT_EQ(content(directory / "a"), "old");
  EXPECT_EQ(directory.entries(), 1U);
}

TEST(OutputFile, IsReadableByItsOwnerOnly) {
  const TemporaryDirectory directory;
  save(directory / "a", "secret");
  struct stat status = {};
  ASSERT_EQ(::stat((directory / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST(OutputFile, NeedsNoDirectoryInItsPath) {
  const TemporaryDirectory directory;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  save("plain", "x");
  std::filesystem::current_path(before);
  EXPECT_EQ(content(directory / "plain"), "x");
}

TEST(OutputFile, FollowsASymbolicLink) {
  const TemporaryDirectory directory;
  save(directory / "real", "old");
  std::filesystem::create_symlink("real", directory / "link");
  save(directory / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(directory / "link"));
  EXPECT_EQ(content(directory / "real"), "new");
}

TEST(OutputFile, ADirectoryIsRefusedWithItsName) {
  const TemporaryDirectory directory;
  EXPECT_EQ(complaint(directory.path()), "write " + directory.path().string() + ": Is a directory");
  EXPECT_EQ(complaint(directory / "new/"),
            "write " + (directory / "new/").string() + ": Is a directory");
}

TEST(OutputFile, AMissingDirectoryIsRefusedWithThePath) {
  const TemporaryDirectory directory;
  EXPECT_EQ(complaint(directory / "no/a"),
            "write " + (directory / "no/a").string() + ": No such file or directory");
}

TEST(OutputFile, ADeviceIsNotReplaced) {
  EXPECT_EQ(complaint("/dev/null"),
            "write /dev/null: not a regular file: name a file that can be replaced");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(OutputFile, AReadOnlyDirectoryIsRefused) {
  // Nobody can create files in /proc, not even root.
  EXPECT_TRUE(complaint("/proc/a").starts_with("write /proc/a: "));
}

TEST(OutputFile, AFullDiskLeavesNothingBehindAndTheOlderFileAsItWas) {
  const TemporaryDirectory directory;
  save(directory / "a", "old");
  {
    const FullDisk full(1000);
    try {
      save(directory / "a", std::string(5000, 'x'));
      FAIL() << "wrote 5000 bytes where 1000 fit";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kOutput);
      EXPECT_EQ(std::string(error.what()),
                "write " + (directory / "a").string() + ": File too large");
    }
  }
  EXPECT_EQ(content(directory / "a"), "old");
  EXPECT_EQ(directory.entries(), 1U);
}

TEST(OutputFile, AKilledWriterLeavesNothingBehind) {
  const TemporaryDirectory directory;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    OutputFile file(directory / "a");
    write_text(file, std::string(1000000, 'x'));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(std::filesystem::exists(directory / "a"));
  if (has_nameless_files(directory.path())) {
    EXPECT_EQ(directory.entries(), 0U);
  }
}

}  // namespace
}  // namespace heapscan::formats
