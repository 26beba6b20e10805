#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/system/scratch_file.h"

namespace heapscan::dump::cpython {

/// Where the copy of a program's addresses [begin, end) goes: memory of this process, or a part of
/// a temporary file. Addresses that nothing is stored to read as zero and take no space.
class CopyArea {
 public:
  /// In memory. Throws Error(kTarget).
  CopyArea(Address begin, Address end);

  /// In `file`, starting at `file_offset`. `file` must outlive all calls of store(). Throws
  /// Error(kOutput).
  CopyArea(Address begin, Address end, ScratchFile& file, std::uint64_t file_offset);

  ~CopyArea();
  CopyArea(const CopyArea&) = delete;
  CopyArea& operator=(const CopyArea&) = delete;
  CopyArea(CopyArea&&) = delete;
  CopyArea& operator=(CopyArea&&) = delete;

  [[nodiscard]] bool holds(Address begin, Address end) const {
    return begin_ <= begin && end <= end_;
  }

  /// The copy, for reading.
  [[nodiscard]] const std::byte* at(Address address) const { return data_ + (address - begin_); }

  /// Makes the kernel allocate the memory for these addresses now instead of during the copy.
  void populate(Address begin, Address end);

  /// The buffer to read the bytes at `address` and after it into: at most `size`, at least one.
  [[nodiscard]] std::span<std::byte> room(Address address, std::uint64_t size);

  /// Stores the first `size` bytes of the buffer last returned by room() as those at `address`.
  /// Throws Error(kOutput).
  void store(Address address, std::uint64_t size);

 private:
  Address begin_;
  Address end_;
  std::byte* data_ = nullptr;
  ScratchFile* file_ = nullptr;
  std::uint64_t file_offset_ = 0;
  std::vector<std::byte> buffer_;  // Bytes on their way to the file.
};

}  // namespace heapscan::dump::cpython
