#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "dump/system/file_descriptor.h"

namespace heapscan::dump {

/// An unnamed temporary file on a disk, which no other user can read and which disappears when
/// heapscan ends, however it ends.
class ScratchFile {
 public:
  /// Throws Error(kOutput), also if the directory is on a file system in memory (tmpfs), where the
  /// file would not save any memory.
  explicit ScratchFile(const std::filesystem::path& directory);

  /// Throws Error(kOutput) unless the disk has `size` bytes free.
  void require_room(std::uint64_t size) const;

  /// Grows the file to this size; parts never written take no space and read as zero.
  void extend(std::uint64_t size);

  /// Throws Error(kOutput): disk full, I/O error.
  void write(std::uint64_t offset, std::span<const std::byte> bytes);

  [[nodiscard]] const FileDescriptor& descriptor() const { return file_; }

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  [[noreturn]] void fail(int error_number) const;

  std::filesystem::path directory_;
  FileDescriptor file_;
};

}  // namespace heapscan::dump
