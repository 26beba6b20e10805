#include "dump/cpython/target/process_memory.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "dump/cpython/program_image.h"
#include "dump/cpython/target/process_files.h"
#include "dump/cpython/target/stopped_process.h"
#include "dump/error.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/dump/cpython/waiting_python.h"

namespace heapscan::dump::cpython {
namespace {

using tests::TemporaryDirectory;
using tests::WaitingPython;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

/// The heap of a waiting Python process, copied to memory or to a file.
Heap heap_of(const WaitingPython& python, const CopyRoom& room, bool& in_file) {
  ProgramImage program;
  program.runtime = find_python_runtime(ProcessFiles(python.pid()));
  ProcessMemory memory(python.pid());
  memory.prepare(room);
  in_file = memory.in_file();
  {
    const StoppedProcess stopped(python.pid(), std::chrono::seconds(10));
    memory.copy();
  }
  EXPECT_EQ(memory.lost_bytes(), 0U);
  program.mappings = memory.mappings();
  program.copied_bytes = memory.copied_bytes();
  program.memory = memory.take_image();
  std::optional<Heap> heap = read_heap(std::move(program), {});
  EXPECT_TRUE(heap.has_value());
  return std::move(heap).value();
}

std::string complaint(const WaitingPython& python, const CopyRoom& room, ErrorKind kind) {
  ProcessMemory memory(python.pid());
  try {
    memory.prepare(room);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "none";
}

TEST(ProcessMemory, TheCopyInAFileEqualsTheCopyInMemory) {
  const WaitingPython python;
  const TemporaryDirectory directory;
  bool in_file = true;
  const Heap in_memory = heap_of(python, {.scratch_directory = directory.path()}, in_file);
  EXPECT_FALSE(in_file);
  const Heap from_file =
      heap_of(python, {.memory = 8 * kMiB, .scratch_directory = directory.path()}, in_file);
  EXPECT_TRUE(in_file);
  EXPECT_GT(from_file.object_count(), 10'000U);
  EXPECT_TRUE(std::ranges::equal(in_memory.columns().address, from_file.columns().address));
  EXPECT_TRUE(std::ranges::equal(in_memory.columns().size, from_file.columns().size));
  EXPECT_TRUE(std::ranges::equal(in_memory.columns().target, from_file.columns().target));
  EXPECT_EQ(directory.entries(), 0U) << "the file has no name";
}

TEST(ProcessMemory, AFileInMemoryIsRejected) {
  const WaitingPython python;
  const std::string text =
      complaint(python, {.memory = 8 * kMiB, .scratch_directory = "/dev/shm"}, ErrorKind::kOutput);
  EXPECT_NE(text.find("/dev/shm: that directory is in memory"), std::string::npos) << text;
}

TEST(ProcessMemory, AMissingDirectoryIsNamed) {
  const WaitingPython python;
  const std::string text =
      complaint(python, {.memory = 8 * kMiB, .scratch_directory = "/no/such"}, ErrorKind::kOutput);
  EXPECT_EQ(text, "temporary file in /no/such: No such file or directory");
}

}  // namespace
}  // namespace heapscan::dump::cpython
