#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace heapscan::dump::cpython {

/// A part of an ELF file that is mapped when the file is loaded.
struct ElfSegment {
  std::uint64_t file_offset = 0;
  std::uint64_t file_size = 0;
  bool writable = false;
  bool executable = false;
};

/// The headers of an x86-64 ELF file, parsed from its first bytes: those of the file itself, or
/// those that a core kept. Anything outside these bytes counts as missing; nothing fails.
class ElfHeaders {
 public:
  explicit ElfHeaders(std::span<const std::byte> bytes);

  [[nodiscard]] bool valid() const { return size_ > 0; }

  /// How many bytes the headers take at the start of the file.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  [[nodiscard]] const std::vector<ElfSegment>& segments() const { return segments_; }

  /// The build-id, by which the linker identifies this exact build, in hexadecimal; empty if there
  /// is none.
  [[nodiscard]] const std::string& build_id() const { return build_id_; }

 private:
  void read_notes(std::span<const std::byte> notes);

  std::uint64_t size_ = 0;
  std::vector<ElfSegment> segments_;
  std::string build_id_;
};

}  // namespace heapscan::dump::cpython
