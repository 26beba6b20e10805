#include "dump/cpython/core/core_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <elf.h>

#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

template <class T>
T value_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

bool starts_with(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

/// Advice for a core compressed by a core-dump collector; empty if it is not compressed.
std::string advice_to_unpack(std::span<const std::byte> bytes) {
  using namespace std::string_view_literals;
  if (starts_with(bytes, "\x28\xB5\x2F\xFD"sv)) {
    return "it is compressed with zstd: decompress it with zstd -d first";
  }
  if (starts_with(bytes, "\x04\x22\x4D\x18"sv)) {
    return "it is compressed with lz4: decompress it with lz4 -d first";
  }
  if (starts_with(bytes,
                  "\xFD"
                  "7zXZ"sv)) {
    return "it is compressed with xz: decompress it with xz -d first";
  }
  return {};
}

}  // namespace

CoreFile::CoreFile(std::span<const std::byte> bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {
  if (const std::string advice = advice_to_unpack(bytes); !advice.empty()) {
    fail(advice);
  }
  if (bytes.empty()) {
    fail("the file is empty");
  }
  if (!starts_with(bytes, ELFMAG)) {
    fail("not a core: it is not an ELF file");
  }
  if (bytes.size() < sizeof(Elf64_Ehdr)) {
    fail("cut short: it has " + std::to_string(bytes.size()) +
         " bytes, but its header alone takes " + std::to_string(sizeof(Elf64_Ehdr)));
  }
  const auto header = value_at<Elf64_Ehdr>(bytes, 0);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != EM_X86_64) {
    fail("it is from another machine; supported: x86-64");
  }
  if (header.e_type != ET_CORE) {
    fail(
        "not a core: it is a program or library; specify the core with --core and the program with "
        "--exe");
  }
  if (header.e_phentsize != sizeof(Elf64_Phdr)) {
    fail("damaged: its program headers have " + std::to_string(header.e_phentsize) +
         " bytes each instead of " + std::to_string(sizeof(Elf64_Phdr)));
  }
  const std::uint64_t count = header_count();
  if (header.e_phoff > bytes.size() ||
      count > (bytes.size() - header.e_phoff) / sizeof(Elf64_Phdr)) {
    fail("cut short or damaged: its " + std::to_string(count) + " program headers at byte " +
         std::to_string(header.e_phoff) + " reach beyond its " + std::to_string(bytes.size()) +
         " bytes");
  }
  for (std::uint64_t row = 0; row < count; ++row) {
    read_header(header.e_phoff + row * sizeof(Elf64_Phdr));
  }
  // gdb writes the table of sections last: a core without it is truncated even if all memory is
  // there.
  (void)within(header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr));
  check_segments();
}

void CoreFile::fail(const std::string& what) const {
  throw Error(ErrorKind::kBadInput, name_ + ": " + what);
}

/// The part of [offset, offset + size) that the file has; the rest counts as missing.
std::span<const std::byte> CoreFile::within(std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t begin = std::min<std::uint64_t>(offset, bytes_.size());
  const std::uint64_t there = std::min<std::uint64_t>(size, bytes_.size() - begin);
  if (there < size) {
    const std::uint64_t end = offset > UINT64_MAX - size ? UINT64_MAX : offset + size;
    missing_bytes_ = std::max(missing_bytes_, end - bytes_.size());
  }
  return bytes_.subspan(begin, there);
}

/// A core with very many mappings stores their number in its first section (PN_XNUM).
std::uint64_t CoreFile::header_count() const {
  const auto header = value_at<Elf64_Ehdr>(bytes_, 0);
  if (header.e_phnum != PN_XNUM) {
    return header.e_phnum;
  }
  if (header.e_shoff > bytes_.size() || bytes_.size() - header.e_shoff < sizeof(Elf64_Shdr)) {
    fail("cut short or damaged: the number of its program headers, at byte " +
         std::to_string(header.e_shoff) + ", is beyond its " + std::to_string(bytes_.size()) +
         " bytes");
  }
  return value_at<Elf64_Shdr>(bytes_, header.e_shoff).sh_info;
}

void CoreFile::read_header(std::uint64_t offset) {
  const auto header = value_at<Elf64_Phdr>(bytes_, offset);
  const auto fail_here = [&](const std::string& what) {
    fail("damaged: the program header at byte " + std::to_string(offset) + " " + what);
  };
  if (header.p_type != PT_LOAD && header.p_type != PT_NOTE) {
    return;
  }
  if (header.p_offset + header.p_filesz < header.p_offset ||
      header.p_vaddr + header.p_memsz < header.p_vaddr) {
    fail_here("reaches beyond the last address");
  }
  if (header.p_type == PT_NOTE) {
    const std::span<const std::byte> notes = within(header.p_offset, header.p_filesz);
    try {
      if (notes.size() == header.p_filesz) {
        read_core_notes(notes, notes_);
      }
    } catch (const Error& error) {
      fail(error.what());
    }
    return;
  }
  if (header.p_filesz > header.p_memsz) {
    fail_here("has more bytes in the file than in memory");
  }
  if (header.p_memsz > 0) {
    const std::span<const std::byte> stored = within(header.p_offset, header.p_filesz);
    segments_.push_back({.begin = Address(header.p_vaddr),
                         .end = Address(header.p_vaddr + header.p_memsz),
                         .stored = stored,
                         .missing = header.p_filesz - stored.size(),
                         .readable = (header.p_flags & PF_R) != 0,
                         .writable = (header.p_flags & PF_W) != 0,
                         .executable = (header.p_flags & PF_X) != 0});
  }
}

void CoreFile::check_segments() {
  std::sort(segments_.begin(), segments_.end(),
            [](const CoreSegment& a, const CoreSegment& b) { return a.begin < b.begin; });
  const auto overlap = std::adjacent_find(
      segments_.begin(), segments_.end(),
      [](const CoreSegment& a, const CoreSegment& b) { return b.begin < a.end; });
  if (overlap != segments_.end()) {
    fail("damaged: two of its segments overlap");
  }
  // If segments could share bytes, a small file could expand to any amount of memory.
  std::uint64_t stored = 0;
  for (const CoreSegment& segment : segments_) {
    stored += segment.stored.size();
  }
  if (stored > bytes_.size()) {
    fail("damaged: its segments share bytes");
  }
}

}  // namespace heapscan::dump::cpython
