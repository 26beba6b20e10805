#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "dump/system/file_descriptor.h"

namespace heapscan::dump {

/// A temporary file without a name, on a disk, readable by nobody else: when heapscan ends, however
/// it ends, nothing of it stays.
class ScratchFile {
 public:
  /// Throws Error(kOutput), also when the directory is in memory, where a file takes as much of it
  /// as anything else.
  explicit ScratchFile(const std::filesystem::path& directory);

  /// Throws Error(kOutput) when the disk has not `size` bytes free.
  void require_room(std::uint64_t size) const;

  /// Makes the file this large; what is not written takes no room and reads as zero.
  void extend(std::uint64_t size);

  /// Throws Error(kOutput): no room, failing disk.
  void write(std::uint64_t offset, std::span<const std::byte> bytes);

  [[nodiscard]] const FileDescriptor& descriptor() const { return file_; }

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  [[noreturn]] void fail(int error_number) const;

  std::filesystem::path directory_;
  FileDescriptor file_;
};

}  // namespace heapscan::dump
