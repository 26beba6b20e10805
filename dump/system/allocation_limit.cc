#include "dump/system/allocation_limit.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

#include "dump/system/memory_limit.h"

namespace heapscan::dump {
namespace {

/// How much of this process currently counts towards RLIMIT_DATA; 0 if unknown.
std::uint64_t data_size() {
  constexpr std::string_view kKey = "VmData:";
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with(kKey)) {
      const std::size_t digits = std::min(line.find_first_of("0123456789"), line.size());
      std::uint64_t kib = 0;
      std::from_chars(line.data() + digits, line.data() + line.size(), kib);
      return kib * 1024;
    }
  }
  return 0;
}

}  // namespace

AllocationLimit::AllocationLimit() : available_(available_memory()) {
  const std::uint64_t data = data_size();
  if (available_ > UINT64_MAX / 2 || data == 0 || ::getrlimit(RLIMIT_DATA, &before_) != 0) {
    return;
  }
  rlimit limit = before_;
  limit.rlim_cur = std::min<rlim_t>(before_.rlim_cur, data + available_);
  set_ = ::setrlimit(RLIMIT_DATA, &limit) == 0;
}

AllocationLimit::~AllocationLimit() {
  if (set_) {
    ::setrlimit(RLIMIT_DATA, &before_);
  }
}

}  // namespace heapscan::dump
