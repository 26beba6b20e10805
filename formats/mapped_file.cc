#include "formats/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "dump/error.h"

namespace heapscan::formats {
namespace {

[[noreturn]] void fail(std::string_view action, const std::filesystem::path& path, int reason) {
  throw Error(ErrorKind::kBadInput,
              system_error_text(std::string(action) + " " + path.string(), reason));
}

/// Owns a descriptor for as long as the mapping is being made.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}

  ~Descriptor() { ::close(value_); }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  // Not blocking: opening a FIFO without a writer would wait for one for ever.
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (opened < 0) {
    fail("open", path, errno);
  }
  const Descriptor file(opened);
  struct stat status = {};
  if (::fstat(file.value(), &status) != 0) {
    fail("stat", path, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::kBadInput, path.string() + " is a directory, not a dump");
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::kBadInput,
                path.string() + " is a pipe or device: copy the dump to a file first");
  }
  if (status.st_size == 0) {
    return;
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value(), 0);
  if (address == MAP_FAILED) {
    fail("map", path, errno);
  }
  bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    // munmap takes the address without const although it changes no byte behind it.
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());  // NOLINT
  }
}

}  // namespace heapscan::formats
