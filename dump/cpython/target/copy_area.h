#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/system/scratch_file.h"

namespace heapscan::dump::cpython {

/// Where the copy of a program's addresses [begin, end) goes: memory of this process, or a part of
/// a temporary file. Addresses to which nothing is stored read as zero and take no room.
class CopyArea {
 public:
  /// In memory. Throws Error(kTarget).
  CopyArea(Address begin, Address end);

  /// In `file`, from `file_offset` on. `file` must outlive the storing. Throws Error(kOutput).
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

  /// Has the system allocate the memory for these addresses now, instead of during the copy.
  void populate(Address begin, Address end);

  /// Where to read the bytes for `address` and the following ones: at most `size`, at least one.
  [[nodiscard]] std::span<std::byte> room(Address address, std::uint64_t size);

  /// Stores the first `size` bytes of the room that was returned last, for `address`.
  /// Throws Error(kOutput).
  void store(Address address, std::uint64_t size);

 private:
  Address begin_;
  Address end_;
  std::byte* data_ = nullptr;
  ScratchFile* file_ = nullptr;
  std::uint64_t file_offset_ = 0;
  std::vector<std::byte> buffer_;  // On the way into the file.
};

}  // namespace heapscan::dump::cpython
