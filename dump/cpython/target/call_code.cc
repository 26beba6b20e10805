#include "dump/cpython/target/call_code.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "dump/cpython/target/process_maps.h"
#include "dump/system/file_descriptor.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::array<unsigned char, 3> kCallAndReturn = {0x0F, 0x05, 0xC3};
constexpr std::array<unsigned char, 9> kSignalReturn = {0x48, 0xC7, 0xC0, 0x0F, 0x00,
                                                        0x00, 0x00, 0x0F, 0x05};
/// Much more than the code of any C library.
constexpr std::uint64_t kMostCode = std::uint64_t{64} << 20U;

Address find(const std::vector<unsigned char>& code,
             std::span<const unsigned char> pattern,
             Address begin) {
  const auto found = std::search(code.begin(), code.end(), pattern.begin(), pattern.end());
  return found == code.end() ? Address() : begin + static_cast<std::uint64_t>(found - code.begin());
}

}  // namespace

std::optional<CallCode> find_call_code(pid_t pid) {
  const FileDescriptor memory = open_memory(pid, O_RDONLY);
  CallCode code;
  std::vector<unsigned char> bytes;
  for (const MemoryMapping& mapping : read_maps(pid)) {
    if (!mapping.executable || !mapping.readable || mapping.writable || !mapping.is_file() ||
        mapping.size() > kMostCode) {
      continue;
    }
    bytes.resize(mapping.size());
    const ssize_t got = ::pread(memory.get(), bytes.data(), bytes.size(),
                                static_cast<off_t>(mapping.begin.value()));
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (!code.call_and_return) {
      code.call_and_return = find(bytes, kCallAndReturn, mapping.begin);
    }
    if (!code.signal_return) {
      code.signal_return = find(bytes, kSignalReturn, mapping.begin);
    }
    if (code.call_and_return && code.signal_return) {
      return code;
    }
  }
  return std::nullopt;
}

}  // namespace heapscan::dump::cpython
