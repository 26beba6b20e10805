#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace heapscan::formats {

/// A file that appears under its name only when it is whole.
///
/// It is written without a name in the directory where it will be (O_TMPFILE; under a temporary
/// name where the file system cannot do that), synced, and renamed into place by commit(): neither
/// a failure nor kill -9 leaves a part of it. Created with mode 0600. Errors: Error(kOutput) with
/// the path and the system's reason.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile(OutputFile&&) = delete;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::span<const std::byte> bytes);

  /// Where the next byte goes.
  [[nodiscard]] std::uint64_t position() const { return position_; }

  /// Syncs the file and gives it its name. Nothing can be written afterwards.
  void commit();

 private:
  void flush();

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // Empty while the file has no name.
  int descriptor_ = -1;
  std::uint64_t position_ = 0;
  std::string buffer_;
};

}  // namespace heapscan::formats
