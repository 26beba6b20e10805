#include "dump/cpython/target/process_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {

ProcessFiles::ProcessFiles(pid_t pid) : pid_(pid), mappings_(read_maps(pid)) {
  std::array<char, 4096> target;
  const ssize_t size = ::readlink(proc_path("exe").c_str(), target.data(), target.size());
  if (size < 0) {
    throw_target_error(pid, "tell which program it runs", errno);
  }
  executable_.assign(target.data(), static_cast<std::size_t>(size));
}

std::string ProcessFiles::proc_path(std::string_view name) const {
  return "/proc/" + std::to_string(pid_) + "/" + std::string(name);
}

std::string ProcessFiles::name() const {
  return "process " + std::to_string(pid_);
}

/// The mapped file itself, even if it was deleted or replaced since, or is in another mount
/// namespace.
FileDescriptor ProcessFiles::open_file(const MemoryMapping& mapping) const {
  std::array<char, 64> range;
  std::snprintf(range.data(), range.size(), "map_files/%lx-%lx", mapping.begin.value(),
                mapping.end.value());
  for (const std::string& path : {proc_path(mapping.path == executable_ ? "exe" : range.data()),
                                  proc_path("root") + mapping.path}) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.is_open()) {
      return file;
    }
  }
  return {};
}

bool ProcessFiles::read(Address address, std::span<std::byte> to) const {
  const FileDescriptor memory(::open(proc_path("mem").c_str(), O_RDONLY | O_CLOEXEC));
  return memory.is_open() &&
         ::pread(memory.get(), to.data(), to.size(), static_cast<off_t>(address.value())) ==
             static_cast<ssize_t>(to.size());
}

}  // namespace heapscan::dump::cpython
