#include "formats/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"

namespace heapscan::formats {
namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 18U;
constexpr mode_t kMode = S_IRUSR | S_IWUSR;
constexpr int kNameAttempts = 100;

[[noreturn]] void fail(const std::filesystem::path& path, int reason) {
  throw Error(ErrorKind::kOutput, system_error_text("write " + path.string(), reason));
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// Where the file is to be: the target of a symbolic link, so that the link stays. Refuses what a
/// rename must not replace: a directory cannot be replaced, and a device (/dev/null) should not.
std::filesystem::path destination(std::filesystem::path path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status) || !path.has_filename()) {
    fail(path, EISDIR);
  }
  if (!std::filesystem::exists(status)) {
    return path;
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(ErrorKind::kOutput, "write " + path.string() +
                                        ": not a regular file: name a file that can be replaced");
  }
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(path, error))) {
    std::filesystem::path target = std::filesystem::canonical(path, error);
    return error ? path : target;
  }
  return path;
}

std::filesystem::path random_name(const std::filesystem::path& directory) {
  std::random_device random;
  return directory / fmt::format(".heapscan-{:08x}{:08x}.tmp", random(), random());
}

/// The name by which linkat() finds an unnamed file.
std::string descriptor_name(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

/// An unnamed file in the directory, or -1 if that is not supported.
int open_unnamed(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode);
  if (descriptor >= 0 && ::access(descriptor_name(descriptor).c_str(), F_OK) != 0) {
    ::close(descriptor);  // Without /proc, it could never be named.
    return -1;
  }
  return descriptor;
}

/// Makes the new name durable. Errors are ignored: the file is complete and in place, and some file
/// systems cannot sync a directory.
void sync_directory(const std::filesystem::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path) : path_(destination(std::move(path))) {
  const std::filesystem::path directory = directory_of(path_);
  descriptor_ = open_unnamed(directory);
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    std::filesystem::path name = random_name(directory);
    descriptor_ = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kMode);
    if (descriptor_ >= 0) {
      temporary_ = std::move(name);
    } else if (errno != EEXIST || attempt == kNameAttempts) {
      fail(path_, errno);
    }
  }
  buffer_.reserve(kBufferSize);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void OutputFile::write(std::span<const std::byte> bytes) {
  position_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBufferSize) {
    flush();
  }
  if (bytes.size() >= kBufferSize) {
    write_through(bytes);
    return;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

void OutputFile::flush() {
  write_through(buffer_);
  buffer_.clear();
}

void OutputFile::write_through(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      fail(path_, errno);
    }
  }
}

void OutputFile::commit() {
  flush();
  if (::fsync(descriptor_) != 0) {
    fail(path_, errno);
  }
  if (temporary_.empty() && give_name(path_)) {
    // There was no file of that name: now there is, in one step.
    sync_directory(directory_of(path_));
    return;
  }
  for (int attempt = 0; temporary_.empty(); ++attempt) {
    std::filesystem::path name = random_name(directory_of(path_));
    if (give_name(name)) {
      temporary_ = std::move(name);
    } else if (attempt == kNameAttempts) {
      fail(path_, EEXIST);
    }
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    fail(path_, errno);
  }
  temporary_.clear();
  sync_directory(directory_of(path_));
}

bool OutputFile::give_name(const std::filesystem::path& name) {
  const std::string nameless = descriptor_name(descriptor_);
  if (::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
    return true;
  }
  if (errno != EEXIST) {
    fail(path_, errno);
  }
  return false;
}

}  // namespace heapscan::formats
