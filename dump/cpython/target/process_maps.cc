#include "dump/cpython/target/process_maps.h"

#include <charconv>

#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

/// Takes a hexadecimal number and the character after it from the front of `line`.
bool take_number(std::string_view& line, char after, std::uint64_t& number) {
  const char* const end = line.data() + line.size();
  const auto [next, error] = std::from_chars(line.data(), end, number, 16);
  if (error != std::errc() || next == end || *next != after) {
    return false;
  }
  line.remove_prefix(static_cast<std::size_t>(next - line.data()) + 1);
  return true;
}

// "7f0d1c000000-7f0d1c021000 rw-p 00000000 00:00 0    [heap]"
bool parse_line(std::string_view line, MemoryMapping& mapping) {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  if (!take_number(line, '-', begin) || !take_number(line, ' ', end) || line.size() < 5) {
    return false;
  }
  mapping.begin = Address(begin);
  mapping.end = Address(end);
  mapping.readable = line[0] == 'r';
  mapping.writable = line[1] == 'w';
  mapping.executable = line[2] == 'x';
  mapping.shared = line[3] == 's';
  line.remove_prefix(5);
  if (!take_number(line, ' ', mapping.file_offset)) {
    return false;
  }
  if (const std::size_t path = line.find_first_of("/["); path != std::string_view::npos) {
    mapping.path = line.substr(path);
  }
  return mapping.begin < mapping.end;
}

}  // namespace

std::vector<MemoryMapping> parse_maps(std::string_view text) {
  std::vector<MemoryMapping> mappings;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    MemoryMapping mapping;
    if (parse_line(text.substr(0, end), mapping)) {
      mappings.push_back(std::move(mapping));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return mappings;
}

std::vector<MemoryMapping> read_maps(pid_t pid) {
  return parse_maps(read_proc_file(pid, "maps"));
}

}  // namespace heapscan::dump::cpython
