#include "dump/cpython/target/elf_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include <elf.h>

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kPageMask = 4095;

template <class T>
T row(const std::vector<char>& table, std::size_t index) {
  T value;
  std::memcpy(&value, table.data() + index * sizeof(T), sizeof(T));
  return value;
}

/// The string at `offset` of a string table; empty if that is outside it.
std::string_view text_at(const std::vector<char>& strings, std::uint64_t offset) {
  if (offset >= strings.size()) {
    return {};
  }
  const char* const first = strings.data() + offset;
  return {first, ::strnlen(first, strings.size() - offset)};
}

}  // namespace

ElfFile::ElfFile(FileDescriptor file) : file_(std::move(file)) {
  struct stat status = {};
  if (!file_.is_open() || ::fstat(file_.get(), &status) != 0) {
    return;
  }
  file_size_ = static_cast<std::uint64_t>(status.st_size);
  const std::vector<char> start = bytes(0, sizeof(Elf64_Ehdr));
  if (start.empty()) {
    return;
  }
  const auto header = row<Elf64_Ehdr>(start, 0);
  // The processor's number is at the same place in 32-bit files.
  const bool elf = std::memcmp(static_cast<const void*>(header.e_ident), ELFMAG, SELFMAG) == 0;
  valid_ = elf && header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_machine == EM_X86_64;
  foreign_ = elf && !valid_;
  if (!valid_) {
    return;
  }
  const std::vector<char> segments =
      bytes(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr));
  for (std::size_t index = 0; index < segments.size() / sizeof(Elf64_Phdr); ++index) {
    const auto segment = row<Elf64_Phdr>(segments, index);
    if (segment.p_type == PT_LOAD) {
      segments_.push_back({segment.p_offset, segment.p_vaddr, segment.p_filesz, segment.p_memsz,
                           (segment.p_flags & PF_W) != 0});
    }
  }
  const std::vector<char> sections =
      bytes(header.e_shoff, std::uint64_t{header.e_shnum} * sizeof(Elf64_Shdr));
  const std::size_t count = sections.size() / sizeof(Elf64_Shdr);
  if (header.e_shstrndx >= count) {
    return;
  }
  const auto names_section = row<Elf64_Shdr>(sections, header.e_shstrndx);
  const std::vector<char> names = bytes(names_section.sh_offset, names_section.sh_size);
  for (std::size_t index = 0; index < count; ++index) {
    const auto section = row<Elf64_Shdr>(sections, index);
    sections_.push_back({std::string(text_at(names, section.sh_name)), section.sh_type,
                         section.sh_link, section.sh_addr, section.sh_offset, section.sh_size});
  }
}

std::vector<char> ElfFile::bytes(std::uint64_t offset, std::uint64_t size) const {
  if (offset > file_size_ || size > file_size_ - offset) {
    return {};
  }
  std::vector<char> data(size);
  std::uint64_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(file_.get(), data.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got <= 0) {
      return {};
    }
    done += static_cast<std::uint64_t>(got);
  }
  return data;
}

std::optional<std::uint64_t> ElfFile::find_symbol(const Section& table,
                                                  std::string_view name) const {
  if (table.link >= sections_.size()) {
    return std::nullopt;
  }
  const Section& names_section = sections_[table.link];
  const std::vector<char> names = bytes(names_section.offset, names_section.size);
  const std::vector<char> symbols = bytes(table.offset, table.size);
  for (std::size_t index = 0; index < symbols.size() / sizeof(Elf64_Sym); ++index) {
    const auto symbol = row<Elf64_Sym>(symbols, index);
    if (symbol.st_shndx != SHN_UNDEF && text_at(names, symbol.st_name) == name) {
      return symbol.st_value;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ElfFile::symbol(std::string_view name) const {
  const auto find = [&](std::uint32_t table_type) -> std::optional<std::uint64_t> {
    for (const Section& section : sections_) {
      const auto found = section.type == table_type ? find_symbol(section, name) : std::nullopt;
      if (found) {
        return found;
      }
    }
    return std::nullopt;
  };
  const auto dynamic = find(SHT_DYNSYM);
  return dynamic ? dynamic : find(SHT_SYMTAB);
}

std::optional<std::uint64_t> ElfFile::section_address(std::string_view name) const {
  for (const Section& section : sections_) {
    if (section.name == name && section.address != 0) {
      return section.address;
    }
  }
  return std::nullopt;
}

std::vector<ElfFile::LinkedRange> ElfFile::zeroed_memory() const {
  std::vector<LinkedRange> ranges;
  for (const Segment& segment : segments_) {
    if (segment.memory_size > segment.file_size) {
      ranges.push_back(
          {segment.address + segment.file_size, segment.address + segment.memory_size});
    }
  }
  return ranges;
}

std::vector<ElfFile::LinkedRange> ElfFile::writable_memory() const {
  std::vector<LinkedRange> ranges;
  for (const Segment& segment : segments_) {
    if (segment.writable) {
      ranges.push_back({segment.address, segment.address + segment.memory_size});
    }
  }
  return ranges;
}

std::optional<std::uint64_t> ElfFile::load_bias(Address address, std::uint64_t file_offset) const {
  for (const Segment& segment : segments_) {
    const std::uint64_t first = segment.offset & ~kPageMask;
    if (file_offset >= first && file_offset < segment.offset + segment.file_size) {
      return address.value() - ((segment.address & ~kPageMask) + (file_offset - first));
    }
  }
  return std::nullopt;
}

}  // namespace heapscan::dump::cpython
