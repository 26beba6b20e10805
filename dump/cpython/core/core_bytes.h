#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "dump/system/mapped_file.h"

namespace heapscan::dump::cpython {

/// The bytes of a core. If gzip compressed it, it is decompressed to a temporary file, in small
/// pieces, however large it is. A truncated compressed file yields the bytes that it has.
class CoreBytes {
 public:
  /// `on_unpack`, unless empty, is called before decompressing, which takes long. Throws
  /// Error(kBadInput): unreadable, damaged, contains no core; Error(kOutput): no room in
  /// `scratch_directory`.
  CoreBytes(const std::filesystem::path& core,
            const std::filesystem::path& scratch_directory,
            const std::function<void()>& on_unpack);

  [[nodiscard]] std::span<const std::byte> bytes() const { return file_->bytes(); }

 private:
  std::unique_ptr<const MappedFile> file_;
};

}  // namespace heapscan::dump::cpython
