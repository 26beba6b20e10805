#pragma once

#include <cstdint>
#include <filesystem>

namespace heapscan::dump {

/// How many more bytes of memory this process may use without being killed for it: what the machine
/// has available, or what is left under the limit of any control group (cgroup v1 or v2) that it is
/// in, whichever is less. The group's inactive page cache counts as free. A limit that cannot be
/// read is ignored.
///
/// `root` is the directory under which /proc and the cgroup mount points are looked up.
[[nodiscard]] std::uint64_t available_memory(const std::filesystem::path& root = "/");

}  // namespace heapscan::dump
