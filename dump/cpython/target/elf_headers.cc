#include "dump/cpython/target/elf_headers.h"

#include <algorithm>
#include <cstring>

#include <elf.h>

namespace heapscan::dump::cpython {
namespace {

template <class T>
T value_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::uint64_t padded(std::uint32_t size) {
  return (std::uint64_t{size} + 3) / 4 * 4;
}

std::string hexadecimal(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte >> 4U)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

}  // namespace

ElfHeaders::ElfHeaders(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(Elf64_Ehdr) || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) {
    return;
  }
  const auto header = value_at<Elf64_Ehdr>(bytes, 0);
  const std::uint64_t table_size = std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 ||
      header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phoff > bytes.size() ||
      table_size > bytes.size() - header.e_phoff) {
    return;
  }
  size_ = std::max<std::uint64_t>(sizeof(Elf64_Ehdr), header.e_phoff + table_size);
  for (std::size_t row = 0; row < header.e_phnum; ++row) {
    const auto segment = value_at<Elf64_Phdr>(bytes, header.e_phoff + row * sizeof(Elf64_Phdr));
    if (segment.p_type == PT_LOAD) {
      segments_.push_back({segment.p_offset, segment.p_filesz, (segment.p_flags & PF_W) != 0,
                           (segment.p_flags & PF_X) != 0});
    } else if (segment.p_type == PT_NOTE && segment.p_offset <= bytes.size()) {
      read_notes(bytes.subspan(
          segment.p_offset,
          std::min<std::uint64_t>(segment.p_filesz, bytes.size() - segment.p_offset)));
    }
  }
}

void ElfHeaders::read_notes(std::span<const std::byte> notes) {
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    const auto header = value_at<Elf64_Nhdr>(notes, 0);
    const std::uint64_t content = sizeof(Elf64_Nhdr) + padded(header.n_namesz);
    if (content > notes.size() || header.n_descsz > notes.size() - content) {
      return;
    }
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
        std::memcmp(notes.data() + sizeof(Elf64_Nhdr), "GNU", 4) == 0) {
      build_id_ = hexadecimal(notes.subspan(content, header.n_descsz));
    }
    notes = notes.subspan(std::min<std::uint64_t>(notes.size(), content + padded(header.n_descsz)));
  }
}

}  // namespace heapscan::dump::cpython
