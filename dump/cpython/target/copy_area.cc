#include "dump/cpython/target/copy_area.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kPageSize = 4096;
constexpr std::size_t kBufferSize = std::size_t{1} << 20U;

std::byte* map(std::uint64_t size, int protection, int flags, int file, std::uint64_t offset) {
  void* const memory = ::mmap(nullptr, size, protection, flags, file, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) {
    throw Error(ErrorKind::kTarget, system_error_text("reserve " + std::to_string(size) +
                                                          " bytes of address space for the copy",
                                                      errno));
  }
  return static_cast<std::byte*>(memory);
}

}  // namespace

CopyArea::CopyArea(Address begin, Address end)
    : begin_(begin),
      end_(end),
      data_(map(end - begin,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1,
                0)) {}

// Shared, so that nothing counts against the memory of this process; written through the file, so
// that a full disk is an error and not a signal.
CopyArea::CopyArea(Address begin, Address end, ScratchFile& file, std::uint64_t file_offset)
    : begin_(begin),
      end_(end),
      data_(map(end - begin, PROT_READ, MAP_SHARED, file.descriptor().get(), file_offset)),
      file_(&file),
      file_offset_(file_offset),
      buffer_(kBufferSize) {
  file.extend(file_offset + (end - begin));
}

CopyArea::~CopyArea() {
  ::munmap(data_, end_ - begin_);
}

void CopyArea::populate(Address begin, Address end) {
  if (file_ != nullptr) {
    return;  // The file is used because memory is short.
  }
  std::byte* const data = data_ + (begin - begin_);
  const std::uint64_t size = end - begin;
#ifdef MADV_POPULATE_WRITE
  if (::madvise(data, size, MADV_POPULATE_WRITE) == 0) {
    return;
  }
#endif
  for (std::uint64_t page = 0; page < size; page += kPageSize) {
    data[page] = std::byte{0};
  }
}

std::span<std::byte> CopyArea::room(Address address, std::uint64_t size) {
  if (file_ != nullptr) {
    return std::span(buffer_).first(std::min<std::uint64_t>(size, buffer_.size()));
  }
  return {data_ + (address - begin_), size};
}

void CopyArea::store(Address address, std::uint64_t size) {
  if (file_ != nullptr) {
    file_->write(file_offset_ + (address - begin_), std::span(buffer_).first(size));
  }
}

}  // namespace heapscan::dump::cpython
