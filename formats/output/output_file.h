#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace heapscan::formats {

/// A file that appears under its name only when it is whole.
///
/// It is written without a name in the directory where it will be (O_TMPFILE; under a temporary
/// name where the file system cannot do that), synced, and linked or renamed into place by
/// commit(): no failure leaves a part of it, and a file that had the name stays until then. Nor
/// does kill -9, but for a hidden .heapscan-*.tmp where a temporary name was needed.
///
/// Created with mode 0600. A symbolic link is followed; what is neither a file nor absent (a
/// directory, a device) is refused. Errors: Error(kOutput) with the path and the system's reason.
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
  void write_through(std::span<const std::byte> bytes);
  /// Gives the nameless file this name. False if a file has it already.
  [[nodiscard]] bool give_name(const std::filesystem::path& name);

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // Empty while the file has no name.
  int descriptor_ = -1;
  std::uint64_t position_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace heapscan::formats
