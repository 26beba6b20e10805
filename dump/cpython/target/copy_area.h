#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dump/system/scratch_file.h"

namespace heapscan::dump::cpython {

/// Where the copy of a program's addresses [begin, end) goes: memory of this process, or a part of
/// a temporary file. Addresses to which nothing is stored read as zero and take no room.
class CopyArea {
 public:
  /// In memory. Throws Error(kTarget).
  CopyArea(std::uint64_t begin, std::uint64_t end);

  /// In `file`, from `file_offset` on. `file` must outlive the storing. Throws Error(kOutput).
  CopyArea(std::uint64_t begin, std::uint64_t end, ScratchFile& file, std::uint64_t file_offset);

  ~CopyArea();
  CopyArea(const CopyArea&) = delete;
  CopyArea& operator=(const CopyArea&) = delete;
  CopyArea(CopyArea&&) = delete;
  CopyArea& operator=(CopyArea&&) = delete;

  [[nodiscard]] bool holds(std::uint64_t begin, std::uint64_t end) const {
    return begin_ <= begin && end <= end_;
  }

  /// The copy, as it is read.
  [[nodiscard]] const std::byte* at(std::uint64_t address) const {
    return data_ + (address - begin_);
  }

  /// Has the system hand over the memory for these addresses now, instead of during the copy.
  void populate(std::uint64_t begin, std::uint64_t end);

  /// Room into which bytes for `address` and what follows it are to be read: at most `size`, at
  /// least one.
  [[nodiscard]] std::span<std::byte> room(std::uint64_t address, std::uint64_t size);

  /// Takes the first `size` bytes of the room that was given out last, for `address`.
  /// Throws Error(kOutput).
  void store(std::uint64_t address, std::uint64_t size);

 private:
  std::uint64_t begin_;
  std::uint64_t end_;
  std::byte* data_ = nullptr;
  ScratchFile* file_ = nullptr;
  std::uint64_t file_offset_ = 0;
  std::vector<std::byte> buffer_;  // On the way into the file.
};

}  // namespace heapscan::dump::cpython
