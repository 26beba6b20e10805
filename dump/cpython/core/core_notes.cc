#include "dump/cpython/core/core_notes.h"

#include <sys/procfs.h>
#include <sys/user.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include <elf.h>

#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kAlignment = 4;

std::size_t padded(std::uint32_t size) {
  return (std::size_t{size} + kAlignment - 1) / kAlignment * kAlignment;
}

[[noreturn]] void damaged(std::string_view what) {
  throw Error(ErrorKind::kBadInput, "its notes are damaged: " + std::string(what));
}

template <class T>
std::optional<T> value_at(std::span<const std::byte> bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
    return std::nullopt;
  }
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// Takes a string that ends with a zero byte from the front of `bytes`.
std::optional<std::string> take_text(std::span<const std::byte>& bytes) {
  const auto end = std::find(bytes.begin(), bytes.end(), std::byte{0});
  if (end == bytes.end()) {
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  std::string text(size, '\0');
  std::memcpy(text.data(), bytes.data(), size);
  bytes = bytes.subspan(size + 1);
  return text;
}

void read_process(std::span<const std::byte> bytes, CoreNotes& notes) {
  const auto process = value_at<prpsinfo_t>(bytes, 0);
  if (!process) {
    damaged("the process");
  }
  const char* const text = static_cast<const char*>(process->pr_psargs);
  notes.pid = process->pr_pid;
  notes.command.assign(text, ::strnlen(text, sizeof(process->pr_psargs)));
  while (!notes.command.empty() && notes.command.back() == ' ') {
    notes.command.pop_back();
  }
}

void read_thread(std::span<const std::byte> bytes, CoreNotes& notes) {
  const auto thread = value_at<prstatus_t>(bytes, 0);
  if (!thread) {
    damaged("a thread");
  }
  // The first one is the thread that ended the process.
  if (notes.threads.empty()) {
    notes.signal = thread->pr_cursig;
  }
  user_regs_struct registers = {};
  static_assert(sizeof(registers) == sizeof(thread->pr_reg));
  std::memcpy(&registers, static_cast<const void*>(thread->pr_reg), sizeof(registers));
  notes.threads.push_back({Address(registers.fs_base), thread->pr_pid});
}

void read_auxiliary_vector(std::span<const std::byte> bytes, CoreNotes& notes) {
  std::size_t offset = 0;
  while (const auto entry = value_at<Elf64_auxv_t>(bytes, offset)) {
    if (entry->a_type == AT_PHDR) {
      notes.program_headers = Address(entry->a_un.a_val);
    }
    offset += sizeof(Elf64_auxv_t);
  }
}

// NT_FILE: u64 count, u64 page size, count times {u64 begin, u64 end, u64 offset in pages}, then
// as many names that end with a zero byte.
void read_files(std::span<const std::byte> bytes, CoreNotes& notes) {
  constexpr std::size_t kHeader = 16;
  constexpr std::size_t kRow = 24;
  const auto count = value_at<std::uint64_t>(bytes, 0);
  const auto page_size = value_at<std::uint64_t>(bytes, 8);
  if (!count || !page_size || *count > (bytes.size() - kHeader) / kRow) {
    damaged("the list of mapped files");
  }
  std::span<const std::byte> names = bytes.subspan(kHeader + *count * kRow);
  for (std::size_t row = 0; row < *count; ++row) {
    const std::size_t at = kHeader + row * kRow;
    CoreNotes::MappedPart part;
    std::uint64_t page = 0;
    std::memcpy(&part.begin, bytes.data() + at, sizeof(part.begin));
    std::memcpy(&part.end, bytes.data() + at + 8, sizeof(part.end));
    std::memcpy(&page, bytes.data() + at + 16, sizeof(page));
    const auto path = take_text(names);
    if (!path || part.begin >= part.end ||
        __builtin_mul_overflow(page, *page_size, &part.file_offset)) {
      damaged("the list of mapped files");
    }
    part.path = *path;
    notes.files.push_back(std::move(part));
  }
  std::sort(notes.files.begin(), notes.files.end(),
            [](const auto& a, const auto& b) { return a.begin < b.begin; });
  const auto overlap =
      std::adjacent_find(notes.files.begin(), notes.files.end(),
                         [](const auto& a, const auto& b) { return b.begin < a.end; });
  if (overlap != notes.files.end()) {
    damaged("mapped files overlap");
  }
}

}  // namespace

void read_core_notes(std::span<const std::byte> bytes, CoreNotes& notes) {
  while (const auto header = value_at<Elf64_Nhdr>(bytes, 0)) {
    const std::size_t name = sizeof(Elf64_Nhdr);
    const std::size_t content = name + padded(header->n_namesz);
    if (content > bytes.size() || header->n_descsz > bytes.size() - content) {
      damaged("one reaches beyond their end");
    }
    const bool of_core = header->n_namesz >= 4 && std::memcmp(bytes.data() + name, "CORE", 4) == 0;
    const std::span<const std::byte> description = bytes.subspan(content, header->n_descsz);
    if (of_core && header->n_type == NT_PRPSINFO) {
      read_process(description, notes);
    } else if (of_core && header->n_type == NT_PRSTATUS) {
      read_thread(description, notes);
    } else if (of_core && header->n_type == NT_AUXV) {
      read_auxiliary_vector(description, notes);
    } else if (of_core && header->n_type == NT_FILE) {
      read_files(description, notes);
    }
    bytes = bytes.subspan(std::min(bytes.size(), content + padded(header->n_descsz)));
  }
}

}  // namespace heapscan::dump::cpython
