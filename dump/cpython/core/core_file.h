#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dump/cpython/core/core_notes.h"

namespace heapscan::dump::cpython {

/// A range of the program's memory that a core describes.
struct CoreSegment {
  Address begin;
  Address end;
  std::span<const std::byte> stored;  ///< The first bytes of the range.
  /// Bytes after those that would be in the core if it were not truncated. The rest up to the end
  /// was not stored because it is in a file.
  std::uint64_t missing = 0;
  bool readable = false;
  bool writable = false;
  bool executable = false;
};

/// The core of a process: an ELF file as written by the kernel, gdb's gcore or others (elf(5),
/// core(5)). Nothing in it is trusted: offsets and sizes are checked before use, and the memory
/// used is bounded by the size of the file.
class CoreFile {
 public:
  /// `bytes` are the whole file and must outlive this; `name` names it in messages. Throws
  /// Error(kBadInput): not a core, from another kind of machine, or damaged. A truncated core is
  /// accepted as long as its headers are there.
  CoreFile(std::span<const std::byte> bytes, std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Ascending, not overlapping.
  [[nodiscard]] const std::vector<CoreSegment>& segments() const { return segments_; }

  [[nodiscard]] const CoreNotes& notes() const { return notes_; }

  /// How many bytes its headers describe beyond its end.
  [[nodiscard]] std::uint64_t missing_bytes() const { return missing_bytes_; }

 private:
  [[noreturn]] void fail(const std::string& what) const;
  [[nodiscard]] std::span<const std::byte> within(std::uint64_t offset, std::uint64_t size);
  [[nodiscard]] std::uint64_t header_count() const;
  void read_header(std::uint64_t offset);
  void check_segments();

  std::span<const std::byte> bytes_;
  std::string name_;
  std::vector<CoreSegment> segments_;
  CoreNotes notes_;
  std::uint64_t missing_bytes_ = 0;
};

}  // namespace heapscan::dump::cpython
