#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "dump/system/mapped_file.h"

namespace heapscan::dump::cpython {

/// The bytes of a core, which gzip may have packed: those are unpacked to a temporary file, in
/// small pieces, however large they are. A compressed file that is truncated gives what it has.
class CoreBytes {
 public:
  /// `on_unpack`, unless empty, is called before unpacking, which takes long. Throws
  /// Error(kBadInput): cannot be read, damaged, no core in it; Error(kOutput): no room in
  /// `scratch_directory`.
  CoreBytes(const std::filesystem::path& core,
            const std::filesystem::path& scratch_directory,
            const std::function<void()>& on_unpack);

  [[nodiscard]] std::span<const std::byte> bytes() const { return file_->bytes(); }

 private:
  std::unique_ptr<const MappedFile> file_;
};

}  // namespace heapscan::dump::cpython
