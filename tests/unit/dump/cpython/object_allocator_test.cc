#include "dump/cpython/interpreter/object_allocator.h"

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace heapscan::dump::cpython {
namespace {

constexpr Address kStaticData(0x500000);
constexpr Address kTable(0x600000);
constexpr Address kArena(0x700000 + 4096);  // Not aligned to pools, as returned by mmap().
constexpr Address kPool(0x704000);
constexpr std::uint64_t kPoolSize = 1U << 14U;
constexpr std::uint64_t kArenaSize = 1U << 20U;
constexpr std::uint64_t kArenaRow = 48;  // Bytes per arena in the table.
constexpr std::uint64_t kTableSize = 64 * kArenaRow;
constexpr std::uint64_t kHeaderSize = 48;
constexpr std::uint64_t kBlockSize = 48;

/// The address of the block with this index in the pool.
constexpr Address block(std::uint64_t number) {
  return kPool + kHeaderSize + number * kBlockSize;
}

/// A program with a table of arenas, the second of which is in use.
class ObjectAllocatorTest : public testing::Test {
 protected:
  ObjectAllocatorTest() {
    put(kStaticData + 40, kTable);
    put(kTable + kArenaRow, kArena);
    put(kTable + kArenaRow + 8, kPool + 2 * kPoolSize);
    put<std::uint32_t>(kTable + kArenaRow + 16, 0);
    put<std::uint32_t>(kTable + kArenaRow + 20, 63);
    // A pool of blocks of 48 bytes, of which only the first five were ever used; the second and the
    // fourth are free.
    put_pool(kPool, 3, 2, block(3), static_cast<std::uint32_t>(block(5) - kPool));
    put(block(3), block(1));
    put_pool(kPool + kPoolSize, 0, 31, {}, kHeaderSize);
  }

  template <class T>
  void put(Address address, T value) {
    std::memcpy(place(address), &value, sizeof(value));
  }

  void put_pool(Address pool,
                std::uint32_t used,
                std::uint32_t size_class,
                Address free_block,
                std::uint32_t next_offset) {
    put<std::uint32_t>(pool, used);
    put(pool + 8, free_block);
    put<std::uint32_t>(pool + 32, 1);
    put<std::uint32_t>(pool + 36, size_class);
    put<std::uint32_t>(pool + 40, next_offset);
  }

  [[nodiscard]] ObjectAllocator allocator() const { return {reader_, data_}; }

 private:
  struct Area {
    Address address;
    std::vector<std::byte> bytes;
  };

  std::byte* place(Address address) {
    for (Area& area : areas_) {
      if (address >= area.address && address < area.address + area.bytes.size()) {
        return area.bytes.data() + (address - area.address);
      }
    }
    throw std::out_of_range("no such address");
  }

  std::vector<MemoryImage::Range> ranges() {
    std::vector<MemoryImage::Range> ranges;
    for (const Area& area : areas_) {
      ranges.push_back({area.address, area.address + area.bytes.size(), area.bytes.data()});
    }
    return ranges;
  }

  std::array<Area, 3> areas_ = {{{kStaticData, std::vector<std::byte>(4096)},
                                 {kTable, std::vector<std::byte>(kTableSize)},
                                 {kArena, std::vector<std::byte>(kArenaSize)}}};
  MemoryImage image_ = MemoryImage(ranges(), nullptr);
  ObjectReader reader_ = ObjectReader(image_, *find_layouts(3, 11).front(), {});
  std::vector<StaticData> data_ = {{{kStaticData, kStaticData + 4096}, "python"}};
};

using Blocks = std::vector<Address>;

TEST_F(ObjectAllocatorTest, ArenasAreFoundThroughAWordInTheStaticData) {
  const ObjectAllocator found = allocator();
  ASSERT_EQ(found.arenas().size(), 1U);
  EXPECT_EQ(found.arenas()[0].address, kArena);
  EXPECT_EQ(found.arenas()[0].used, 3U * 48U);
  ASSERT_EQ(found.pools().size(), 1U);  // The other one is empty.
  EXPECT_EQ(found.pools()[0].address, kPool);
  EXPECT_EQ(found.pools()[0].block_size, 48U);
  EXPECT_EQ(found.pools()[0].used_blocks, 3U);
}

TEST_F(ObjectAllocatorTest, BlocksOnTheFreeListAreNotAllocated) {
  const ObjectAllocator found = allocator();
  Blocks blocks;
  found.allocated_blocks(found.pools().at(0), blocks);
  EXPECT_EQ(blocks, (Blocks{block(0), block(2), block(4)}));
}

TEST_F(ObjectAllocatorTest, AnInconsistentPoolHasNoBlocks) {
  put(block(1), block(3));  // The free list is circular.
  const ObjectAllocator found = allocator();
  Blocks blocks = {Address(1)};
  found.allocated_blocks(found.pools().at(0), blocks);
  EXPECT_EQ(blocks, Blocks{});

  put(block(1), kPool + 49);  // Not the start of a block.
  allocator().allocated_blocks(found.pools().at(0), blocks);
  EXPECT_EQ(blocks, Blocks{});

  put(block(1), Address());
  put<std::uint32_t>(kPool + 40, 0xFFFFFFFF);  // More blocks than the pool has room for.
  allocator().allocated_blocks(found.pools().at(0), blocks);
  EXPECT_EQ(blocks, Blocks{});
}

TEST_F(ObjectAllocatorTest, ATableWhosePoolsHaveAnotherIndexIsRejected) {
  put<std::uint32_t>(kPool + 32, 2);
  EXPECT_TRUE(allocator().arenas().empty());
}

TEST_F(ObjectAllocatorTest, ATableThatEndsOutsideTheMemoryIsRejected) {
  put(kStaticData + 40, kTable + kTableSize - 4 * kArenaRow);
  EXPECT_TRUE(allocator().arenas().empty());
}

TEST_F(ObjectAllocatorTest, APointerToAnotherRowOfTheTableIsNotASecondTable) {
  put(kStaticData + 80, kTable);
  put(kStaticData + 88, kTable + kArenaRow);
  EXPECT_EQ(allocator().arenas().size(), 1U);
}

}  // namespace
}  // namespace heapscan::dump::cpython
