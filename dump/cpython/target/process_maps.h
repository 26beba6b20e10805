#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// One line of /proc/PID/maps: the addresses [begin, end).
struct MemoryMapping {
  Address begin;
  Address end;
  std::uint64_t file_offset = 0;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool shared = false;
  std::string path;  ///< The file, "[heap]", "[stack]", ..., or empty for anonymous memory.

  [[nodiscard]] std::uint64_t size() const { return end - begin; }

  [[nodiscard]] bool is_file() const { return !path.empty() && path.front() == '/'; }

  friend bool operator==(const MemoryMapping&, const MemoryMapping&) = default;
};

/// The mappings in the text of a maps file, in its order (ascending). Lines that cannot be parsed
/// are skipped.
[[nodiscard]] std::vector<MemoryMapping> parse_maps(std::string_view text);

/// The mappings of a process. Throws Error(kTarget).
[[nodiscard]] std::vector<MemoryMapping> read_maps(pid_t pid);

}  // namespace heapscan::dump::cpython
