#include "tests/unit/dump/cpython/core_builder.h"

#include <sys/procfs.h>
#include <sys/user.h>

#include <cstring>

#include <elf.h>

namespace heapscan::tests {
namespace {

constexpr std::size_t kPage = 4096;

template <class T>
void append(std::vector<std::byte>& bytes, const T& value) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof(T));
  std::memcpy(bytes.data() + at, &value, sizeof(T));
}

void append_padded(std::vector<std::byte>& to, const std::vector<std::byte>& bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
  to.resize((to.size() + 3) / 4 * 4);
}

template <class T>
std::vector<std::byte> object_bytes(const T& value) {
  std::vector<std::byte> bytes;
  append(bytes, value);
  return bytes;
}

std::vector<std::byte> note_bytes(std::string_view name,
                                  std::uint32_t type,
                                  const std::vector<std::byte>& content) {
  std::vector<std::byte> bytes;
  std::vector<std::byte> owner = bytes_of(name);
  owner.push_back(std::byte{0});
  append(bytes, Elf64_Nhdr{static_cast<Elf64_Word>(owner.size()),
                           static_cast<Elf64_Word>(content.size()), type});
  append_padded(bytes, owner);
  append_padded(bytes, content);
  return bytes;
}

Elf64_Ehdr file_header(std::uint16_t type, std::size_t segments) {
  Elf64_Ehdr header = {};
  std::memcpy(static_cast<void*>(header.e_ident), ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = type;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof(Elf64_Ehdr);
  header.e_phoff = sizeof(Elf64_Ehdr);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<std::uint16_t>(segments);
  return header;
}

}  // namespace

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* const first = static_cast<const std::byte*>(static_cast<const void*>(text.data()));
  return {first, first + text.size()};
}

CoreBuilder& CoreBuilder::note(std::string_view name,
                               std::uint32_t type,
                               const std::vector<std::byte>& bytes) {
  const std::vector<std::byte> added = note_bytes(name, type, bytes);
  notes_.insert(notes_.end(), added.begin(), added.end());
  return *this;
}

CoreBuilder& CoreBuilder::process(int pid, std::string_view command) {
  prpsinfo_t process = {};
  process.pr_pid = pid;
  std::memcpy(static_cast<void*>(process.pr_psargs), command.data(), command.size());
  return note("CORE", NT_PRPSINFO, object_bytes(process));
}

CoreBuilder& CoreBuilder::thread(int id, int signal, std::uint64_t pointer) {
  prstatus_t status = {};
  status.pr_pid = id;
  status.pr_cursig = static_cast<short>(signal);
  user_regs_struct registers = {};
  registers.fs_base = pointer;
  std::memcpy(static_cast<void*>(status.pr_reg), &registers, sizeof(registers));
  return note("CORE", NT_PRSTATUS, object_bytes(status));
}

CoreBuilder& CoreBuilder::files(const std::vector<File>& files) {
  std::vector<std::byte> bytes;
  append(bytes, std::uint64_t{files.size()});
  append(bytes, std::uint64_t{kPage});
  for (const File& file : files) {
    append(bytes, file.begin);
    append(bytes, file.end);
    append(bytes, file.page);
  }
  for (const File& file : files) {
    const std::vector<std::byte> path = bytes_of(file.path);
    bytes.insert(bytes.end(), path.begin(), path.end());
    bytes.push_back(std::byte{0});
  }
  return note("CORE", NT_FILE, bytes);
}

CoreBuilder& CoreBuilder::segment(std::uint64_t address,
                                  std::uint64_t size,
                                  const std::vector<std::byte>& stored,
                                  std::uint32_t flags) {
  segments_.push_back({address, size, stored, flags});
  return *this;
}

CoreBuilder& CoreBuilder::count_in_section() {
  count_in_section_ = true;
  return *this;
}

std::vector<std::byte> CoreBuilder::bytes() const {
  Elf64_Ehdr header = file_header(ET_CORE, segments_.size() + 1);
  std::uint64_t offset = sizeof(Elf64_Ehdr) + (segments_.size() + 1) * sizeof(Elf64_Phdr);
  Elf64_Shdr section = {};
  if (count_in_section_) {
    section.sh_info = header.e_phnum;
    header.e_phnum = PN_XNUM;
    header.e_shoff = offset;
    header.e_shnum = 1;
    offset += sizeof(section);
  }
  std::vector<std::byte> bytes = object_bytes(header);
  Elf64_Phdr notes = {};
  notes.p_type = PT_NOTE;
  notes.p_offset = offset;
  notes.p_filesz = notes_.size();
  append(bytes, notes);
  offset += notes_.size();
  for (const Segment& segment : segments_) {
    Elf64_Phdr load = {};
    load.p_type = PT_LOAD;
    load.p_flags = segment.flags;
    load.p_offset = offset;
    load.p_vaddr = segment.address;
    load.p_filesz = segment.stored.size();
    load.p_memsz = segment.size;
    append(bytes, load);
    offset += segment.stored.size();
  }
  if (count_in_section_) {
    append(bytes, section);
  }
  bytes.insert(bytes.end(), notes_.begin(), notes_.end());
  for (const Segment& segment : segments_) {
    bytes.insert(bytes.end(), segment.stored.begin(), segment.stored.end());
  }
  return bytes;
}

std::vector<std::byte> small_library(std::string_view build_id, std::string_view constants) {
  const std::vector<std::byte> id = build_id.empty()
                                        ? std::vector<std::byte>()
                                        : note_bytes("GNU", NT_GNU_BUILD_ID, bytes_of(build_id));
  std::vector<std::byte> bytes = object_bytes(file_header(ET_DYN, 3));
  Elf64_Phdr notes = {};
  notes.p_type = PT_NOTE;
  notes.p_offset = sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr);
  notes.p_filesz = id.size();
  append(bytes, notes);
  for (const std::uint64_t page : {0U, 1U}) {
    Elf64_Phdr load = {};
    load.p_type = PT_LOAD;
    load.p_flags = page == 0 ? PF_R : PF_R | PF_X;
    load.p_offset = page * kPage;
    load.p_vaddr = page * kPage;
    load.p_filesz = kPage;
    load.p_memsz = kPage;
    append(bytes, load);
  }
  bytes.insert(bytes.end(), id.begin(), id.end());
  const std::vector<std::byte> text = bytes_of(constants);
  bytes.resize(2048);
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.resize(2 * kPage);
  return bytes;
}

}  // namespace heapscan::tests
