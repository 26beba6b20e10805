#include "dump/runtime/memory/allocator.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/memory/freed_blocks.h"
#include "dump/runtime/runtime.h"

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

bool is_mapped(void* arena) {
  unsigned char is_resident = 0;
  return mincore(arena, 1, &is_resident) == 0;
}

void* arena_of(const Block& block) {
  return ArenaHead::of(block.place);
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

TEST(Allocator, TheBlockFreedLastIsAllocatedFirst) {
  Allocator allocator;
  void* const first = allocator.allocate(64);
  void* const second = allocator.allocate(64);
  allocator.release(first, 64);
  EXPECT_EQ(allocator.allocate(64), first);
  give(allocator, {{first, 64}, {second, 64}});
}

TEST(Allocator, BlocksFreedLastAreAllocatedFirstWhateverTheirPools) {
  Allocator allocator;
  auto blocks = take(allocator, 3 * kBlocksOf512, 512);
  void* const old = blocks[1].place;
  void* const later = blocks[2 * kBlocksOf512].place;
  void* const last = blocks[kBlocksOf512].place;
  for (void* const block : {old, later, last}) {
    allocator.release(block, 512);
  }
  EXPECT_EQ(allocator.allocate(512), last);
  EXPECT_EQ(allocator.allocate(512), later);
  EXPECT_EQ(allocator.allocate(512), old);
  give(allocator, blocks);
}

TEST(Allocator, CachedBlocksOfAClassAreReturnedWithItsLastBlockInUse) {
  Allocator allocator;
  const auto blocks = take(allocator, std::size_t{3} * kPoolsPerArena * kBlocksOf512, 512);
  const auto other = take(allocator, 1, 16);  // Has a new arena.
  give(allocator, blocks);
  for (const Block& block : blocks) {
    ASSERT_FALSE(is_mapped(arena_of(block)));
  }
  EXPECT_TRUE(is_mapped(arena_of(other[0])));
  give(allocator, other);
}

TEST(Allocator, AFullCollectionReturnsCachedBlocks) {
  Runtime runtime;
  Allocator& allocator = runtime.heap().allocator;
  const auto blocks = take(allocator, std::size_t{3} * kPoolsPerArena * kBlocksOf512, 512);
  give(allocator, {blocks.begin() + 1, blocks.end()});
  EXPECT_TRUE(is_mapped(arena_of(blocks.back())));
  runtime.gc().collect(1);
  EXPECT_TRUE(is_mapped(arena_of(blocks.back())));
  runtime.gc().collect(2);
  EXPECT_FALSE(is_mapped(arena_of(blocks.back())));
  EXPECT_TRUE(is_mapped(arena_of(blocks.front())));
  give(allocator, {blocks[0]});
}

TEST(Allocator, EmptyArenasAreReturnedExceptTheLast) {
  Allocator allocator;
  const auto blocks = take(allocator, std::size_t{3} * kPoolsPerArena * kBlocksOf512, 512);
  EXPECT_EQ(allocator.statistics().arenas.size(), 3U);
  give(allocator, blocks);
  const AllocatorStatistics statistics = allocator.statistics();
  EXPECT_EQ(statistics.arenas.size(), 1U);
  EXPECT_EQ(statistics.arenas_given_back, 2U);
  EXPECT_EQ(statistics.arenas_high_water, 3U);
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

TEST(Allocator, ReleasingABlockTwiceIsAnErrorIfChecked) {
  AllocatorOptions options;
  options.check_freed_blocks = true;
  Allocator allocator(options);
  void* const block = allocator.allocate(48);
  void* const other = allocator.allocate(48);
  allocator.release(block, 48);
  EXPECT_THROW(allocator.release(block, 48), Error);
  allocator.release(other, 48);
}

TEST(Allocator, ASecondReleaseIsAnErrorInTheCacheAndBeyondIt) {
  AllocatorOptions options;
  options.check_freed_blocks = true;
  Allocator allocator(options);
  const auto blocks = take(allocator, 2 * kCachedBlocks, 48);
  give(allocator, {blocks.begin() + 1, blocks.end()});
  for (std::size_t row = 1; row < blocks.size(); ++row) {
    EXPECT_THROW(allocator.release(blocks[row].place, 48), Error);
  }
  EXPECT_EQ(allocator.used_bytes(), 48U);
  EXPECT_EQ(allocator.statistics().classes[2].used, 1U);
  give(allocator, {blocks[0]});
}

TEST(Allocator, ReleasingABlockAsAnotherSizeClassIsAnError) {
  Allocator allocator;
  void* const block = allocator.allocate(48);
  EXPECT_THROW(allocator.release(block, 64), Error);
  allocator.release(block, 48);
}

TEST(Allocator, AWriteToAFreedBlockIsDetectedWhenItIsReused) {
  AllocatorOptions options;
  options.check_freed_blocks = true;
  Allocator allocator(options);
  void* const keep = allocator.allocate(48);
  void* const block = allocator.allocate(48);
  allocator.release(block, 48);
  if (kPoisonsFreedBlocks) {
    // AddressSanitizer stops the write itself.
    EXPECT_DEATH(static_cast<char*>(block)[20] = 1, "use-after-poison");
  } else {
    static_cast<char*>(block)[20] = 1;
    EXPECT_THROW((void)allocator.allocate(48), Error);
  }
  allocator.release(keep, 48);
}

TEST(Allocator, ReachingTheLimitChangesNothing) {
  AllocatorOptions options;
  options.limit = 1000;
  Allocator allocator(options);
  void* const block = allocator.allocate(600);
  EXPECT_THROW((void)allocator.allocate(500), std::bad_alloc);
  EXPECT_EQ(allocator.used_bytes(), 600U);
  allocator.release(block, 600);
}

TEST(Allocator, TheLimitAppliesToBytesInUseNotToCachedOnes) {
  AllocatorOptions options;
  options.limit = 1024;
  Allocator allocator(options);
  const auto blocks = take(allocator, 2, 512);
  EXPECT_THROW((void)allocator.allocate(1), std::bad_alloc);
  allocator.release(blocks[0].place, 512);
  const auto small = take(allocator, 512 / 16, 16);
  EXPECT_THROW((void)allocator.allocate(512), std::bad_alloc);
  give(allocator, small);
  const auto again = take(allocator, 1, 512);
  EXPECT_EQ(allocator.statistics().high_water_bytes, 1024U);
  give(allocator, {blocks[1], again[0]});
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

/// A list of allocated blocks, each filled with a different byte.
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
    used_bytes_ += rounded(size);
    high_water_bytes_ = std::max(high_water_bytes_, used_bytes_);
    if (size <= kLargestSmallBlock) {
      Counts& counts = counts_[rounded(size)];
      ++counts.allocations;
      counts.high_water = std::max(counts.high_water, ++counts.used);
    }
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
    used_bytes_ -= rounded(block.size);
    if (block.size <= kLargestSmallBlock) {
      --counts_[rounded(block.size)].used;
    }
  }

  void check() {
    const AllocatorStatistics statistics = allocator_.statistics();
    ASSERT_EQ(statistics.used_bytes, used_bytes_);
    ASSERT_EQ(statistics.high_water_bytes, high_water_bytes_);
    ASSERT_EQ(statistics.large_blocks,
              std::count_if(blocks_.begin(), blocks_.end(),
                            [](const Block& block) { return block.size > kLargestSmallBlock; }));
    std::uint64_t in_arenas = 0;
    for (const SizeClassStatistics& of_class : statistics.classes) {
      const Counts& counts = counts_[of_class.block_size];
      ASSERT_EQ(of_class.used, counts.used);
      ASSERT_EQ(of_class.high_water, counts.high_water);
      ASSERT_EQ(of_class.allocations, counts.allocations);
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
  struct Counts {
    std::uint64_t used = 0;
    std::uint64_t high_water = 0;
    std::uint64_t allocations = 0;
  };

  static std::size_t rounded(std::size_t size) {
    return size <= kLargestSmallBlock ? (size + 15) / 16 * 16 : size;
  }

  static unsigned char fill_of(const Block& block) {
    return static_cast<unsigned char>(reinterpret_cast<std::uintptr_t>(block.place) / 16 +
                                      block.size);
  }

  Allocator allocator_;
  std::mt19937 random_;
  std::vector<Block> blocks_;
  std::map<std::uintptr_t, std::uintptr_t> end_of_;
  std::map<std::size_t, Counts> counts_;  ///< By the size of their blocks.
  std::uint64_t used_bytes_ = 0;
  std::uint64_t high_water_bytes_ = 0;
};

TEST(Allocator, BehavesLikeItsModelInRandomPrograms) {
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
