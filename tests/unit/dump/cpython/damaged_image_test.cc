#include <array>
#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "dump/cpython/program_image.h"
#include "dump/cpython/target/process_files.h"
#include "dump/cpython/target/process_memory.h"
#include "dump/cpython/target/stopped_process.h"
#include "dump/error.h"
#include "dump/system/procfs.h"
#include "tests/unit/dump/cpython/waiting_python.h"

namespace heapscan::dump::cpython {
namespace {

/// The image of a waiting Python process, in memory that a test may damage.
class DamagedImage : public ::testing::Test {
 protected:
  void SetUp() override {
    const tests::WaitingPython python;
    program_.runtime = find_python_runtime(ProcessFiles(python.pid()));
    ProcessMemory memory(python.pid());
    memory.prepare();
    {
      const StoppedProcess stopped(python.pid(), std::chrono::seconds(10));
      memory.copy();
    }
    const MemoryImage original = memory.take_image();
    std::vector<MemoryImage::Range> ranges;
    for (const MemoryImage::Range& range : original.ranges()) {
      bytes_.emplace_back(range.data, range.data + (range.end - range.begin));
      ranges.push_back({range.begin, range.end, bytes_.back().data()});
    }
    program_.memory = MemoryImage(ranges, nullptr);
  }

  /// A word somewhere in the image that is not zero.
  std::byte* random_word() {
    while (true) {
      std::vector<std::byte>& range = bytes_[random_() % bytes_.size()];
      std::byte* const word = range.data() + random_() % (range.size() / 8) * 8;
      std::uint64_t value = 0;
      std::memcpy(&value, word, sizeof(value));
      if (value != 0) {
        return word;
      }
    }
  }

  ProgramImage program_;
  std::vector<std::vector<std::byte>> bytes_;
  std::mt19937_64 random_{42};
};

TEST_F(DamagedImage, TheUndamagedImageYieldsTheHeap) {
  const auto heap = read_heap(program_, {});
  ASSERT_TRUE(heap.has_value());
  EXPECT_GT(heap->object_count(), 10'000U);
  EXPECT_EQ(heap->facts().bad_references, 0);
}

TEST_F(DamagedImage, DamageLosesOnlyWhatItHits) {
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<std::pair<std::byte*, std::uint64_t>> undo;
    for (int hit = 0; hit < 2000; ++hit) {
      std::byte* const word = random_word();
      std::uint64_t value = 0;
      std::memcpy(&value, word, sizeof(value));
      undo.emplace_back(word, value);
      // A flipped bit, another word of the image, or noise.
      std::uint64_t other = 0;
      std::memcpy(&other, random_word(), sizeof(other));
      const std::array<std::uint64_t, 3> damage = {value ^ (std::uint64_t{1} << (random_() % 64)),
                                                   other, random_()};
      std::memcpy(word, &damage[random_() % damage.size()], sizeof(value));
    }
    try {
      (void)read_heap(program_, {});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kTarget) << error.what();
    }
    for (auto hit = undo.rbegin(); hit != undo.rend(); ++hit) {
      std::memcpy(hit->first, &hit->second, sizeof(hit->second));
    }
  }
}

TEST_F(DamagedImage, AnImageWithoutOneOfItsRangesDoesNotCrash) {
  const std::vector<MemoryImage::Range> ranges = program_.memory.ranges();
  for (std::size_t missing = 0; missing < ranges.size(); ++missing) {
    std::vector<MemoryImage::Range> rest = ranges;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(missing));
    program_.memory = MemoryImage(rest, nullptr);
    try {
      (void)read_heap(program_, {});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kTarget) << error.what();
    }
  }
}

}  // namespace
}  // namespace heapscan::dump::cpython
