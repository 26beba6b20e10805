#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace heapscan::formats {

/// A file that appears under its name only when it is complete.
///
/// It is written without a name in its directory (O_TMPFILE; under a temporary name where the file
/// system does not support that), synced, and linked or renamed into place by commit(). No failure
/// leaves a partial file, and an existing file of that name remains until then. Neither does
/// kill -9, except for a hidden .heapscan-*.tmp where a temporary name was needed.
///
/// Created with mode 0600. A symbolic link is followed; anything that exists and is not a regular
/// file (a directory, a device) is refused. Errors: Error(kOutput) with the path and the system's
/// reason.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  OutputFile(OutputFile&&) = delete;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::span<const std::byte> bytes);

  /// The offset of the next byte.
  [[nodiscard]] std::uint64_t position() const { return position_; }

  /// Syncs the file and gives it its name. Nothing can be written afterwards.
  void commit();

 private:
  void flush();
  void write_through(std::span<const std::byte> bytes);
  /// Gives the unnamed file this name. False if a file already has it.
  [[nodiscard]] bool give_name(const std::filesystem::path& name);

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // Empty while the file has no name.
  int descriptor_ = -1;
  std::uint64_t position_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace heapscan::formats
