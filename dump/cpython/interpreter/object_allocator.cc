#include "dump/cpython/interpreter/object_allocator.h"

#include <algorithm>

namespace heapscan::dump::cpython {
namespace {

// struct arena_object.
constexpr std::uint64_t kArenaAddress = 0;
constexpr std::uint64_t kArenaNextPool = 8;  // The first pool that was never used.
constexpr std::uint64_t kArenaFreePools = 16;
constexpr std::uint64_t kArenaAllPools = 20;
constexpr std::uint64_t kArenaRow = 48;
/// The table starts with this many rows and is doubled when it is full.
constexpr std::uint64_t kLeastRows = 16;
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 24U;

// struct pool_header.
constexpr std::uint64_t kPoolUsed = 0;
constexpr std::uint64_t kPoolFreeBlock = 8;
constexpr std::uint64_t kPoolArena = 32;
constexpr std::uint64_t kPoolSizeClass = 36;
constexpr std::uint64_t kPoolNextOffset = 40;  // Of the first block that was never used.
constexpr std::uint64_t kPoolHeader = 48;

constexpr std::uint32_t kAlignment = 16;
constexpr std::uint32_t kSizeClasses = 32;
constexpr std::uint64_t kPageSize = 4096;

enum class Row { kUnused, kFits, kNone };

/// Whether the memory at `row` can be the description of arena number `number`; kFits only if a
/// pool in it confirms that.
Row classify(const ObjectReader& reader, Address row, std::uint64_t number) {
  const Layout::Allocator& sizes = reader.layout().allocator;
  const auto address = reader.read<Address>(row + kArenaAddress);
  if (!address) {
    return Row::kNone;
  }
  if (!*address) {
    return Row::kUnused;
  }
  const Address next = reader.pointer(row + kArenaNextPool);
  const auto free_pools = reader.read_or<std::uint32_t>(row + kArenaFreePools, 0);
  const auto all_pools = reader.read_or<std::uint32_t>(row + kArenaAllPools, 0);
  const Address first = align_up(*address, sizes.pool_size);
  const std::uint64_t most_pools = sizes.arena_size / sizes.pool_size;
  if (!is_aligned(*address, kPageSize) || !is_aligned(next, sizes.pool_size) || next < first ||
      next > *address + sizes.arena_size || free_pools > all_pools || all_pools > most_pools ||
      all_pools + 1 < most_pools) {
    return Row::kNone;
  }
  if (next == first) {
    return Row::kUnused;  // No pool of it was ever used.
  }
  return reader.read_or<std::uint32_t>(first + kPoolArena, ~0U) == number ? Row::kFits : Row::kNone;
}

}  // namespace

ObjectAllocator::ObjectAllocator(const ObjectReader& reader, std::span<const StaticData> data)
    : reader_(reader) {
  if (pool_size() == 0) {
    return;
  }
  const Layout::Allocator& layout = reader.layout().allocator;
  for (const Address interpreter : reader.interpreters()) {
    const Address state =
        layout.state == 0 ? interpreter : reader.pointer(interpreter + layout.state);
    if (layout.arenas != 0 && state) {
      read_if_table(reader.pointer(state + layout.arenas));
    }
  }
  for (const StaticData& variables : data) {
    for (Address place = align_up(variables.range.begin, 8); place + 8 <= variables.range.end;
         place += 8) {
      read_if_table(reader_.pointer(place));
    }
  }
}

void ObjectAllocator::read_if_table(Address table) {
  if (is_aligned(table, kAlignment) && is_table(table) &&
      std::find(tables_.begin(), tables_.end(), table) == tables_.end()) {
    tables_.push_back(table);
    read_table(table);
  }
}

bool ObjectAllocator::is_table(Address table) const {
  if (!table || reader_.bytes(table, kLeastRows * kArenaRow) == nullptr) {
    return false;
  }
  bool fits = false;
  for (std::uint64_t number = 0; number < kLeastRows; ++number) {
    const Row row = classify(reader_, table + number * kArenaRow, number);
    if (row == Row::kNone) {
      return false;
    }
    fits = fits || row == Row::kFits;
  }
  return fits;
}

void ObjectAllocator::read_table(Address table) {
  // The number of rows is another variable without a symbol; whatever follows the table does not
  // fit.
  for (std::uint64_t number = 0; number < kMostRows; ++number) {
    const Address row = table + number * kArenaRow;
    const Row kind = classify(reader_, row, number);
    if (kind == Row::kNone) {
      return;
    }
    if (kind == Row::kFits) {
      const Address address = reader_.pointer(row + kArenaAddress);
      arenas_.push_back({address, static_cast<std::uint32_t>(pools_.size()), 0, 0});
      read_pools(align_up(address, pool_size()), reader_.pointer(row + kArenaNextPool),
                 static_cast<std::uint32_t>(number));
    }
  }
}

void ObjectAllocator::read_pools(Address first, Address end, std::uint32_t arena) {
  for (Address pool = first; pool + pool_size() <= end; pool += pool_size()) {
    const auto used = reader_.read_or<std::uint32_t>(pool + kPoolUsed, 0);
    const auto size_class = reader_.read_or<std::uint32_t>(pool + kPoolSizeClass, kSizeClasses);
    if (reader_.read_or<std::uint32_t>(pool + kPoolArena, ~arena) != arena ||
        size_class >= kSizeClasses || used == 0) {
      continue;
    }
    const std::uint32_t block_size = (size_class + 1) * kAlignment;
    if (used <= (pool_size() - kPoolHeader) / block_size) {
      pools_.push_back({pool, block_size, used});
      ++arenas_.back().pool_count;
      arenas_.back().used += std::uint64_t{used} * block_size;
    }
  }
}

void ObjectAllocator::allocated_blocks(const AllocatorPool& pool,
                                       std::vector<Address>& blocks) const {
  blocks.clear();
  const Address begin = pool.address + kPoolHeader;
  const Address end = pool.address + std::min<std::uint64_t>(reader_.read_or<std::uint32_t>(
                                                                 pool.address + kPoolNextOffset, 0),
                                                             pool_size());
  const std::uint64_t count = end <= begin ? 0 : (end - begin) / pool.block_size;
  if (count < pool.used_blocks) {
    return;
  }
  // Each free block begins with the address of the next.
  std::vector<bool> is_free(count);
  std::uint64_t free_left = count - pool.used_blocks;
  Address block = reader_.pointer(pool.address + kPoolFreeBlock);
  for (; block && free_left > 0; --free_left) {
    if (block < begin || (block - begin) % pool.block_size != 0 ||
        (block - begin) / pool.block_size >= count) {
      return;
    }
    is_free[(block - begin) / pool.block_size] = true;
    block = reader_.pointer(block);
  }
  if (block || free_left != 0) {
    return;
  }
  for (std::uint64_t number = 0; number < count; ++number) {
    if (!is_free[number]) {
      blocks.push_back(begin + number * pool.block_size);
    }
  }
}

}  // namespace heapscan::dump::cpython
