#pragma once

#include <cstdint>
#include <filesystem>

namespace heapscan::dump {

/// How many bytes of memory this process may still take without being ended for it: what the
/// machine has available, or what is left of the limit of a control group (cgroup, version 1 or 2)
/// that it is in, at any level, if that is less. Memory that the group uses for files which nobody
/// needs at the moment counts as free. What cannot be read is no limit.
///
/// `root` is where /proc and the mount points of control groups are looked for.
[[nodiscard]] std::uint64_t available_memory(const std::filesystem::path& root = "/");

}  // namespace heapscan::dump
