#include "dump/system/memory_limit.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace heapscan::dump {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

/// A machine with 8 GiB available, according to its files.
class MemoryLimit : public ::testing::Test {
 protected:
  MemoryLimit() { write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable:    8388608 kB\n"); }

  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path place = root_.path() / path;
    std::filesystem::create_directories(place.parent_path());
    std::ofstream(place) << text;
  }

  void version2(const std::string& mounted, const std::string& group) {
    write("proc/self/mountinfo",
          "30 20 0:27 " + mounted + " /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
    write("proc/self/cgroup", "0::" + group + "\n");
  }

  void version1(const std::string& mounted, const std::string& group) {
    write("proc/self/mountinfo",
          "34 31 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
          "35 31 0:32 " +
              mounted + " /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n");
    write("proc/self/cgroup", "5:cpu:/elsewhere\n4:memory:" + group + "\n0::/\n");
  }

  [[nodiscard]] std::uint64_t available() const { return available_memory(root_.path()); }

  tests::TemporaryDirectory root_;
};

TEST_F(MemoryLimit, WithoutGroupsItIsWhatTheMachineHasAvailable) {
  EXPECT_EQ(available(), 8192 * kMiB);
}

TEST_F(MemoryLimit, WithoutAnyFileThereIsNone) {
  const tests::TemporaryDirectory empty;
  EXPECT_EQ(available_memory(empty.path()), UINT64_MAX);
}

TEST_F(MemoryLimit, AGroupOfVersion2LeavesItsLimitMinusWhatItUses) {
  version2("/", "/app");
  write("sys/fs/cgroup/app/memory.max", "536870912\n");
  write("sys/fs/cgroup/app/memory.high", "max\n");
  write("sys/fs/cgroup/app/memory.current", "209715200\n");
  write("sys/fs/cgroup/app/memory.stat", "anon 1\ninactive_file 104857600\n");
  EXPECT_EQ(available(), 412 * kMiB);
  write("sys/fs/cgroup/app/memory.high", "314572800\n");
  EXPECT_EQ(available(), 200 * kMiB);
}

TEST_F(MemoryLimit, AnEnclosingGroupMayBeTheTighterOne) {
  version2("/", "/outer/inner");
  write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
  write("sys/fs/cgroup/outer/inner/memory.current", "1048576\n");
  write("sys/fs/cgroup/outer/memory.max", "10485760\n");
  write("sys/fs/cgroup/outer/memory.current", "4194304\n");
  EXPECT_EQ(available(), 6 * kMiB);
}

TEST_F(MemoryLimit, AGroupOfVersion1WorksTheSame) {
  version1("/", "/docker/abc");
  write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "104857600\n");
  write("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "52428800\n");
  write("sys/fs/cgroup/memory/docker/abc/memory.stat", "total_inactive_file 10485760\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", "999999999999\n");
  EXPECT_EQ(available(), 60 * kMiB);
}

TEST_F(MemoryLimit, InAContainerTheMountShowsTheGroupItself) {
  version1("/docker/abc", "/docker/abc");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n");
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", "104857600\n");
  EXPECT_EQ(available(), 0U);
}

TEST_F(MemoryLimit, AGroupThatUsesMoreThanItsLimitLeavesNothing) {
  version2("/", "/app");
  write("sys/fs/cgroup/app/memory.max", "1000\n");
  write("sys/fs/cgroup/app/memory.current", "2000\n");
  EXPECT_EQ(available(), 0U);
}

TEST_F(MemoryLimit, WhatIsNotUnderstoodIsNotALimit) {
  version2("/", "/app");
  write("sys/fs/cgroup/app/memory.max", "a lot\n");
  write("sys/fs/cgroup/app/memory.current", "x\n");
  EXPECT_EQ(available(), 8192 * kMiB);
  write("proc/self/mountinfo", "no such line\n\n - \n");
  write("proc/self/cgroup", "\n::\n");
  EXPECT_EQ(available(), 8192 * kMiB);
}

}  // namespace
}  // namespace heapscan::dump
