#include "dump/runtime/allocator.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::size_t kBlocksOf512 = kPoolSize / 512;

struct Block {
  void* place = nullptr;
  std::size_t size = 0;
};

std::vector<Block> take(Allocator& allocator, std::size_t count, std::size_t size) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < count; ++i) {
    blocks.push_back({allocator.allocate(size), size});
  }
  return blocks;
}

void give(Allocator& allocator, const std::vector<Block>& blocks) {
  for (const Block& block : blocks) {
    allocator.release(block.place, block.size);
  }
}

TEST(Allocator, ABlockIsAlignedAndItsSizeIsRoundedUpToItsClass) {
  Allocator allocator;
  void* const block = allocator.allocate(17);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0U);
  EXPECT_EQ(allocator.used_bytes(), 32U);
  EXPECT_EQ(allocator.statistics().classes[1].used, 1U);
  allocator.release(block, 17);
  EXPECT_EQ(allocator.used_bytes(), 0U);
}

TEST(Allocator, ALargeBlockIsNotTakenFromAnArena) {
  Allocator allocator;
  void* const block = allocator.allocate(513);
  EXPECT_EQ(allocator.statistics().arenas_taken, 0U);
  EXPECT_EQ(allocator.statistics().large_bytes, 513U);
  allocator.release(block, 513);
  EXPECT_EQ(allocator.statistics().large_blocks, 0U);
}

TEST(Allocator, TheBlockThatWasFreedLastIsGivenOutFirst) {
  Allocator allocator;
  void* const first = allocator.allocate(64);
  void* const second = allocator.allocate(64);
  allocator.release(first, 64);
  EXPECT_EQ(allocator.allocate(64), first);
  give(allocator, {{first, 64}, {second, 64}});
}

TEST(Allocator, ArenasThatBecomeEmptyGoBackExceptTheLast) {
  Allocator allocator;
  const auto blocks = take(allocator, std::size_t{3} * kPoolsPerArena * kBlocksOf512, 512);
  EXPECT_EQ(allocator.statistics().arenas.size(), 3U);
  give(allocator, blocks);
  AllocatorStatistics statistics = allocator.statistics();
  EXPECT_EQ(statistics.arenas.size(), 1U);
  EXPECT_EQ(statistics.arenas_given_back, 2U);
  EXPECT_EQ(statistics.arenas_high_water, 3U);
  allocator.trim();
  statistics = allocator.statistics();
  EXPECT_EQ(statistics.arenas.size(), 0U);
  EXPECT_EQ(statistics.arenas_given_back, 3U);
  give(allocator, take(allocator, 1, 512));
}

TEST(Allocator, PoolsComeFromTheFullestArena) {
  Allocator allocator;
  const std::size_t per_arena = kPoolsPerArena * kBlocksOf512;
  auto blocks = take(allocator, 2 * per_arena, 512);
  // The first arena keeps 10 pools in use, the second 40.
  const auto first = blocks.begin();
  const auto second = first + static_cast<std::ptrdiff_t>(per_arena);
  give(allocator, {first + 10 * kBlocksOf512, second});
  give(allocator, {second + 40 * kBlocksOf512, blocks.end()});
  const Arena* const fullest = Pool::of(second->place)->arena();
  const auto more = take(allocator, (kPoolsPerArena - 40) * kBlocksOf512, 512);
  for (const Block& block : more) {
    EXPECT_EQ(Pool::of(block.place)->arena(), fullest);
  }
  const auto other = take(allocator, 1, 512);
  EXPECT_NE(Pool::of(other[0].place)->arena(), fullest);
  give(allocator, more);
  give(allocator, other);
  give(allocator, {first, first + 10 * kBlocksOf512});
  give(allocator, {second, second + 40 * kBlocksOf512});
  EXPECT_EQ(allocator.used_bytes(), 0U);
}

TEST(Allocator, ABlockThatIsReleasedTwiceIsAnErrorWhenThatIsChecked) {
  AllocatorOptions options;
  options.check_freed_blocks = true;
  Allocator allocator(options);
  void* const block = allocator.allocate(48);
  void* const other = allocator.allocate(48);
  allocator.release(block, 48);
  EXPECT_THROW(allocator.release(block, 48), Error);
  allocator.release(other, 48);
}

TEST(Allocator, ABlockThatIsReleasedAsOneOfAnotherSizeClassIsAnError) {
  Allocator allocator;
  void* const block = allocator.allocate(48);
  EXPECT_THROW(allocator.release(block, 64), Error);
  allocator.release(block, 48);
}

TEST(Allocator, AWriteToAFreedBlockIsFoundWhenItIsGivenOutAgain) {
  AllocatorOptions options;
  options.check_freed_blocks = true;
  Allocator allocator(options);
  void* const keep = allocator.allocate(48);
  void* const block = allocator.allocate(48);
  allocator.release(block, 48);
  if (Allocator::freed_blocks_are_poisoned()) {
    // AddressSanitizer stops the write itself.
    EXPECT_DEATH(static_cast<char*>(block)[20] = 1, "use-after-poison");
  } else {
    static_cast<char*>(block)[20] = 1;
    EXPECT_THROW((void)allocator.allocate(48), Error);
  }
  allocator.release(keep, 48);
}

TEST(Allocator, NothingChangesWhenTheLimitIsReached) {
  AllocatorOptions options;
  options.limit = 1000;
  Allocator allocator(options);
  void* const block = allocator.allocate(600);
  EXPECT_THROW((void)allocator.allocate(500), std::bad_alloc);
  EXPECT_EQ(allocator.used_bytes(), 600U);
  allocator.release(block, 600);
}

TEST(Allocator, MarkedObjectsAreVisitedWithSmallAndLargeBlocks) {
  Allocator allocator;
  auto* const small = static_cast<std::byte*>(allocator.allocate(64));
  auto* const large = static_cast<std::byte*>(allocator.allocate(4000));
  void* const buffer = allocator.allocate(64);
  allocator.mark_object(small + 16, 64);
  allocator.mark_object(large + 16, 4000);
  std::vector<void*> visited;
  allocator.for_each_object([&visited](void* object) { visited.push_back(object); });
  EXPECT_EQ(visited, (std::vector<void*>{small + 16, large + 16}));
  allocator.unmark_object(small + 16, 64);
  allocator.unmark_object(large + 16, 4000);
  visited.clear();
  allocator.for_each_object([&visited](void* object) { visited.push_back(object); });
  EXPECT_TRUE(visited.empty());
  give(allocator, {{small, 64}, {large, 4000}, {buffer, 64}});
}

/// Blocks as a list of what was asked for, each filled with a byte of its own.
class ModelledAllocator {
 public:
  explicit ModelledAllocator(std::uint32_t seed) : random_(seed) {}

  void take() {
    const std::size_t size = 1 + random_() % (random_() % 8 == 0 ? 2000 : 512);
    Block block{allocator_.allocate(size), size};
    const auto begin = reinterpret_cast<std::uintptr_t>(block.place);
    const auto next = end_of_.upper_bound(begin);
    if (next != end_of_.begin()) {
      ASSERT_LE(std::prev(next)->second, begin);
    }
    if (next != end_of_.end()) {
      ASSERT_LE(begin + size, next->first);
    }
    end_of_[begin] = begin + size;
    std::memset(block.place, fill_of(block), size);
    blocks_.push_back(block);
  }

  void give() {
    if (blocks_.empty()) {
      return;
    }
    std::swap(blocks_[random_() % blocks_.size()], blocks_.back());
    const Block block = blocks_.back();
    blocks_.pop_back();
    const auto* const bytes = static_cast<const unsigned char*>(block.place);
    ASSERT_TRUE(std::all_of(bytes, bytes + block.size,
                            [&block](unsigned char c) { return c == fill_of(block); }));
    end_of_.erase(reinterpret_cast<std::uintptr_t>(block.place));
    allocator_.release(block.place, block.size);
  }

  void check() const {
    const AllocatorStatistics statistics = allocator_.statistics();
    std::map<std::size_t, std::uint64_t> used;
    std::uint64_t bytes = 0;
    for (const Block& block : blocks_) {
      const std::size_t rounded = (block.size + 15) / 16 * 16;
      bytes += block.size <= 512 ? rounded : block.size;
      ++used[block.size <= 512 ? rounded : 0];
    }
    ASSERT_EQ(statistics.used_bytes, bytes);
    ASSERT_EQ(statistics.large_blocks, used[0]);
    std::uint64_t in_arenas = 0;
    for (const SizeClassStatistics& of_class : statistics.classes) {
      ASSERT_EQ(of_class.used, used[of_class.block_size]);
      ASSERT_GE(of_class.high_water, of_class.used);
      in_arenas += of_class.used * of_class.block_size;
    }
    std::map<std::size_t, std::uint64_t> free;
    for (const ArenaStatistics& arena : statistics.arenas) {
      in_arenas -= arena.used_bytes;
      ASSERT_EQ(arena.pools.size(), arena.used_pools);
      for (const PoolStatistics& pool : arena.pools) {
        free[pool.block_size] += pool.free;
      }
    }
    ASSERT_EQ(in_arenas, 0U);
    for (const SizeClassStatistics& of_class : statistics.classes) {
      ASSERT_EQ(of_class.free, free[of_class.block_size]);
    }
    ASSERT_EQ(statistics.arenas_taken - statistics.arenas_given_back, statistics.arenas.size());
  }

  [[nodiscard]] bool coin(unsigned percent) { return random_() % 100 < percent; }

  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

 private:
  static unsigned char fill_of(const Block& block) {
    return static_cast<unsigned char>(reinterpret_cast<std::uintptr_t>(block.place) / 16 +
                                      block.size);
  }

  Allocator allocator_;
  std::mt19937 random_;
  std::vector<Block> blocks_;
  std::map<std::uintptr_t, std::uintptr_t> end_of_;
};

TEST(Allocator, BehavesAsItsModelOverRandomPrograms) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    ModelledAllocator model(seed);
    for (int phase = 0; phase < 6; ++phase) {
      const unsigned share_of_takes = phase % 2 == 0 ? 75 : 20;
      for (int step = 0; step < 4000; ++step) {
        model.coin(share_of_takes) ? model.take() : model.give();
      }
      model.check();
    }
    while (model.blocks() > 0) {
      model.give();
    }
    model.check();
  }
}

}  // namespace
}  // namespace heapscan::dump::runtime
