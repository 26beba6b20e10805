#include "dump/system/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>

#include "dump/error.h"

namespace heapscan::dump {
namespace {

[[noreturn]] void fail(std::string_view action, const std::string& name, int reason) {
  throw Error(ErrorKind::kBadInput, system_error_text(std::string(action) + " " + name, reason));
}

FileDescriptor open_for_reading(const std::filesystem::path& path) {
  // Not blocking: opening a FIFO without a writer would wait for one forever.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) {
    fail("open", path.string(), errno);
  }
  return file;
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path)
    : MappedFile(open_for_reading(path), path.string()) {}

MappedFile::MappedFile(const FileDescriptor& file, const std::string& name) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) {
    fail("stat", name, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::kBadInput, name + " is a directory, not a file");
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::kBadInput,
                name + " is a pipe or device: copy its contents to a file first");
  }
  if (status.st_size == 0) {
    return;
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) {
    fail("map", name, errno);
  }
  bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    // munmap takes a non-const address although it changes no byte there.
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());  // NOLINT
  }
}

}  // namespace heapscan::dump
