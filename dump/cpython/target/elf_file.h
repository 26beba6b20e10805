#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/system/file_descriptor.h"

namespace heapscan::dump::cpython {

/// The parts of a 64-bit ELF file that define where its symbols are in memory. Reads only the
/// headers and symbol tables. Whatever the file contains, it never reads beyond the end and never
/// fails: what is missing or invalid is not found. Layout: elf(5).
class ElfFile {
 public:
  explicit ElfFile(FileDescriptor file);

  /// Whether it is an x86-64 ELF file.
  [[nodiscard]] bool valid() const { return valid_; }

  /// Whether it is an ELF file of another processor.
  [[nodiscard]] bool foreign() const { return foreign_; }

  /// The link-time address of a symbol, from .dynsym (kept by strip) or .symtab.
  [[nodiscard]] std::optional<std::uint64_t> symbol(std::string_view name) const;

  /// The link-time address of a section.
  [[nodiscard]] std::optional<std::uint64_t> section_address(std::string_view name) const;

  /// Link-time addresses [begin, end).
  struct LinkedRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  /// The link-time addresses of zero-initialized memory, for which the file has no bytes.
  [[nodiscard]] std::vector<LinkedRange> zeroed_memory() const;

  /// The link-time addresses of memory that the program may write to, zero-initialized or not.
  [[nodiscard]] std::vector<LinkedRange> writable_memory() const;

  /// What is added to link-time addresses when the file's byte at `file_offset` is mapped at
  /// `address`.
  [[nodiscard]] std::optional<std::uint64_t> load_bias(Address address,
                                                       std::uint64_t file_offset) const;

 private:
  struct Section {
    std::string name;
    std::uint32_t type = 0;
    std::uint32_t link = 0;
    std::uint64_t address = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  struct Segment {
    std::uint64_t offset = 0;
    std::uint64_t address = 0;
    std::uint64_t file_size = 0;
    std::uint64_t memory_size = 0;
    bool writable = false;
  };

  [[nodiscard]] std::vector<char> bytes(std::uint64_t offset, std::uint64_t size) const;
  [[nodiscard]] std::optional<std::uint64_t> find_symbol(const Section& table,
                                                         std::string_view name) const;

  FileDescriptor file_;
  std::uint64_t file_size_ = 0;
  bool valid_ = false;
  bool foreign_ = false;
  std::vector<Section> sections_;
  std::vector<Segment> segments_;
};

}  // namespace heapscan::dump::cpython
