#include "dump/cpython/core/core_library.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "dump/cpython/target/elf_headers.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::string_view kDeleted = " (deleted)";
constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Opens a path as if `root` were the root directory, so that an absolute link in an unpacked image
/// does not lead out of it.
FileDescriptor open_beneath(const std::string& root, const std::string& path) {
  const FileDescriptor directory(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) {
    return {};
  }
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(kFlags);
  how.resolve = RESOLVE_IN_ROOT;
  const long opened = ::syscall(SYS_openat2, directory.get(), path.c_str(), &how, sizeof(how));
  if (opened >= 0 || errno != ENOSYS) {
    return FileDescriptor(static_cast<int>(opened));
  }
  return FileDescriptor(::open((root + "/" + path).c_str(), kFlags));  // Linux before 5.6.
}

/// The name comes from the core and is not trusted: only a regular file is opened.
FileDescriptor open_regular(const std::string& sysroot, const std::string& path) {
  FileDescriptor file =
      sysroot.empty() ? FileDescriptor(::open(path.c_str(), kFlags)) : open_beneath(sysroot, path);
  struct stat status = {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return {};
  }
  return file;
}

CoreLibrary::Match compare(const ElfHeaders& expected,
                           std::span<const std::byte> start,
                           const ElfHeaders& found,
                           std::span<const std::byte> bytes) {
  using Match = CoreLibrary::Match;
  if (!found.valid()) {
    return Match::kDifferent;
  }
  if (!expected.valid()) {
    return Match::kUnchecked;
  }
  const bool same = expected.build_id().empty()
                        ? expected.size() <= bytes.size() &&
                              std::memcmp(start.data(), bytes.data(), expected.size()) == 0
                        : expected.build_id() == found.build_id();
  return same ? Match::kSame : Match::kDifferent;
}

CoreLibrary look_at(const std::string& sysroot,
                    const std::string& path,
                    std::span<const std::byte> start) {
  CoreLibrary library;
  library.place = sysroot + path;
  const ElfHeaders expected(start);
  library.expected_build_id = expected.build_id();
  FileDescriptor file = open_regular(sysroot, path);
  if (!file.is_open()) {
    return library;
  }
  const MappedFile mapped(file, library.place);
  const ElfHeaders found(mapped.bytes());
  library.build_id = found.build_id();
  library.match = compare(expected, start, found, mapped.bytes());
  if (library.match != CoreLibrary::Match::kDifferent) {
    library.file = std::move(file);
  }
  return library;
}

}  // namespace

CoreLibrary find_core_library(const CoreSources& sources,
                              const std::string& path,
                              bool is_executable,
                              std::span<const std::byte> start) {
  if (is_executable && !sources.executable.empty()) {
    return look_at("", sources.executable, start);
  }
  std::string name = path;
  if (name.ends_with(kDeleted)) {
    name.resize(name.size() - kDeleted.size());
  }
  std::vector<std::string> places = {name};
  if (!sources.sysroot.empty() && name.find_last_of('/') != 0) {
    places.push_back(name.substr(name.find_last_of('/')));
  }
  CoreLibrary first = look_at(sources.sysroot, places.front(), start);
  for (std::size_t next = 1; next < places.size() && !first.file.is_open(); ++next) {
    CoreLibrary other = look_at(sources.sysroot, places[next], start);
    if (other.file.is_open()) {
      first = std::move(other);
    }
  }
  return first;
}

}  // namespace heapscan::dump::cpython
