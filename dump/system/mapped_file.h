#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "dump/system/file_descriptor.h"

namespace heapscan::dump {

/// A file mapped read-only. The constructors throw Error(kBadInput) with the path and the reason.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);

  /// Maps an open file, which messages call `name`.
  MappedFile(const FileDescriptor& file, const std::string& name);

  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&&) = delete;
  MappedFile& operator=(MappedFile&&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace heapscan::dump
