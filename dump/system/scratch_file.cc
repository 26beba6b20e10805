#include "dump/system/scratch_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "dump/error.h"

namespace heapscan::dump {
namespace {

/// If the file system cannot create unnamed files, the name is removed at once.
FileDescriptor open_nameless(const std::filesystem::path& directory) {
  FileDescriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open() || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
    return file;
  }
  std::string name = directory / ".heapscan-XXXXXX";
  file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (file.is_open()) {
    ::unlink(name.c_str());
  }
  return file;
}

bool is_in_memory(const FileDescriptor& file) {
  struct statfs system = {};
  return ::fstatfs(file.get(), &system) == 0 &&
         (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

}  // namespace

ScratchFile::ScratchFile(const std::filesystem::path& directory)
    : directory_(directory.empty() ? "." : directory), file_(open_nameless(directory_)) {
  if (!file_.is_open()) {
    fail(errno);
  }
  if (is_in_memory(file_)) {
    throw Error(ErrorKind::kOutput, "temporary file in " + directory_.string() +
                                        ": that directory is in memory: set TMPDIR to one on a "
                                        "disk");
  }
}

void ScratchFile::fail(int error_number) const {
  throw Error(
      ErrorKind::kOutput,
      system_error_text("temporary file in " + directory_.string(), error_number) +
          (error_number == ENOSPC ? ": free some space, or set TMPDIR to another directory" : ""));
}

void ScratchFile::require_room(std::uint64_t size) const {
  struct statvfs disk = {};
  if (::fstatvfs(file_.get(), &disk) == 0 && std::uint64_t{disk.f_bavail} * disk.f_frsize < size) {
    fail(ENOSPC);
  }
}

void ScratchFile::extend(std::uint64_t size) {
  if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) {
    fail(errno);
  }
}

void ScratchFile::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t done =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno != EINTR) {
      fail(errno);
    }
    if (done > 0) {
      offset += static_cast<std::uint64_t>(done);
      bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
  }
}

}  // namespace heapscan::dump
