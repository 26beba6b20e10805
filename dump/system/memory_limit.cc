#include "dump/system/memory_limit.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// The files are described in proc(5), cgroups(7) and the kernel's admin-guide/cgroup-v2.rst and
// admin-guide/cgroup-v1/memory.rst.
namespace heapscan::dump {
namespace {

constexpr std::uint64_t kNoLimit = UINT64_MAX;

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

/// The number after `key` and spaces in a file of such lines.
std::optional<std::uint64_t> value_in(const std::filesystem::path& path, std::string_view key) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const std::string_view text = line;
    if (text.starts_with(key)) {
      const std::size_t at = text.find_first_not_of(" \t", key.size());
      return at == std::string_view::npos ? std::nullopt : leading_number(text.substr(at));
    }
  }
  return std::nullopt;
}

/// The number that a file consists of; none for "max".
std::optional<std::uint64_t> number_in(const std::filesystem::path& path) {
  return value_in(path, "");
}

/// The names of the files of one version of control groups.
struct GroupFiles {
  const char* limit;
  const char* soft_limit;  // Above it the group is throttled heavily; null for none.
  const char* usage;
  const char* reclaimable;  // In memory.stat.
};

constexpr GroupFiles kVersion1 = {"memory.limit_in_bytes", nullptr, "memory.usage_in_bytes",
                                  "total_inactive_file "};
constexpr GroupFiles kVersion2 = {"memory.max", "memory.high", "memory.current", "inactive_file "};

std::uint64_t left_in_group(const std::filesystem::path& group, const GroupFiles& files) {
  const auto usage = number_in(group / files.usage);
  if (!usage) {
    return kNoLimit;
  }
  std::uint64_t limit = number_in(group / files.limit).value_or(kNoLimit);
  if (files.soft_limit != nullptr) {
    limit = std::min(limit, number_in(group / files.soft_limit).value_or(kNoLimit));
  }
  // Version 1 expresses "no limit" as a number that no machine has.
  if (limit > (std::uint64_t{1} << 60U)) {
    return kNoLimit;
  }
  const std::uint64_t reclaimable = value_in(group / "memory.stat", files.reclaimable).value_or(0);
  const std::uint64_t needed = *usage - std::min(*usage, reclaimable);
  return limit - std::min(limit, needed);
}

/// Where a hierarchy of control groups is mounted.
struct GroupMount {
  std::string root;   // The group that the mount point shows.
  std::string point;  // Where it is mounted.
};

// "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory"
std::optional<GroupMount> find_mount(const std::filesystem::path& root, bool version2) {
  std::ifstream file(root / "proc/self/mountinfo");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos) {
      continue;
    }
    std::istringstream front(line.substr(0, separator));
    std::istringstream back(line.substr(separator + 3));
    GroupMount mount;
    std::string skipped;
    std::string type;
    std::string options;
    front >> skipped >> skipped >> skipped >> mount.root >> mount.point;
    back >> type >> skipped >> options;
    const bool of_memory = ("," + options + ",").find(",memory,") != std::string::npos;
    if (version2 ? type == "cgroup2" : type == "cgroup" && of_memory) {
      return mount;
    }
  }
  return std::nullopt;
}

/// The group that this process is in: "0::/a/b" in version 2, "4:memory:/a/b" in version 1.
std::optional<std::string> find_group(const std::filesystem::path& root, bool version2) {
  std::ifstream file(root / "proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (version2 ? controllers == ",," : controllers.find(",memory,") != std::string::npos) {
      return line.substr(second + 1);
    }
  }
  return std::nullopt;
}

/// The least memory left in the group and its ancestors.
std::uint64_t left_in_groups(const std::filesystem::path& root, bool version2) {
  const auto mount = find_mount(root, version2);
  const auto group = find_group(root, version2);
  if (!mount || !group) {
    return kNoLimit;
  }
  // In a container the mount point may show the container's group, or one that has no name inside
  // it.
  std::string_view below = *group;
  if (mount->root != "/") {
    below = below.starts_with(mount->root) ? below.substr(mount->root.size()) : "";
  }
  const std::filesystem::path top = root / mount->point.substr(1);
  std::uint64_t left = kNoLimit;
  while (true) {
    left = std::min(left, left_in_group(top / below.substr(below.empty() ? 0 : 1),
                                        version2 ? kVersion2 : kVersion1));
    const std::size_t slash = below.find_last_of('/');
    if (slash == std::string_view::npos || below.size() == 1) {
      return left;
    }
    below = below.substr(0, slash);
  }
}

}  // namespace

std::uint64_t available_memory(const std::filesystem::path& root) {
  const auto kib = value_in(root / "proc/meminfo", "MemAvailable:");
  const std::uint64_t machine = kib ? *kib * 1024 : kNoLimit;
  return std::min({machine, left_in_groups(root, true), left_in_groups(root, false)});
}

}  // namespace heapscan::dump
