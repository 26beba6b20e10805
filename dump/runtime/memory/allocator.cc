// The pool of a block is found as in CPython (Objects/obmalloc.c). The caches are the magazines of
// J. Bonwick and J. Adams, "Magazines and Vmem", USENIX 2001, one per class: a full cache returns
// its older half to the pools, so that pools are not needed again until the program has freed or
// allocated that many more blocks.
//
// Only the bytes in use are counted in each call; the rest follows. The blocks in use of a class
// are those that its pools handed out minus those in its cache. A block from the cache was in use
// before, so only a block from a pool can raise the high water mark.

#include "dump/runtime/memory/allocator.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/memory/freed_blocks.h"

namespace heapscan::dump::runtime {
namespace {

/// A full pool is in no list.
bool is_full(const Pool* pool) {
  return pool->taken_blocks == pool->capacity();
}

void link_pool(Pool*& first, Pool* pool) {
  pool->previous = nullptr;
  pool->next = first;
  if (first != nullptr) {
    first->previous = pool;
  }
  first = pool;
}

void unlink_pool(Pool*& first, Pool* pool) {
  if (pool->previous != nullptr) {
    pool->previous->next = pool->next;
  } else {
    first = pool->next;
  }
  if (pool->next != nullptr) {
    pool->next->previous = pool->previous;
  }
  pool->next = nullptr;
  pool->previous = nullptr;
}

}  // namespace

Allocator::Allocator(AllocatorOptions options)
    : options_(options), arenas_(options.check_freed_blocks) {
  for (std::uint32_t row = 0; row < kSizeClasses; ++row) {
    classes_[row].number = row;
  }
}

void Allocator::require_room(std::size_t size) const {
  if (size > options_.limit || used_bytes_ > options_.limit - size) {
    throw std::bad_alloc();
  }
}

/// The fast path of most calls.
inline void* Allocator::take_cached(SizeClass& of_class) {
  void* const block = of_class.cache[--of_class.cached];
  permit(block, of_class.block_size());
  ++of_class.allocations;
  used_bytes_ += of_class.block_size();
  return block;
}

inline void Allocator::cache(SizeClass& of_class, void* block) {
  forbid(block, of_class.block_size());
  used_bytes_ -= of_class.block_size();
  of_class.cache[of_class.cached++] = block;
  if (of_class.cached == of_class.taken) [[unlikely]] {
    flush(of_class, of_class.cached);
  }
}

void* Allocator::allocate(std::size_t size) {
  if (size > kLargestSmallBlock) [[unlikely]] {
    return allocate_large(size);
  }
  SizeClass& of_class = classes_[class_of(size)];
  if (of_class.cached == 0 || used_bytes_ + of_class.block_size() > high_water_bytes_ ||
      options_.check_freed_blocks) [[unlikely]] {
    return allocate_slowly(of_class);
  }
  return take_cached(of_class);
}

void Allocator::release(void* block, std::size_t size) {
  if (size > kLargestSmallBlock) [[unlikely]] {
    release_large(block, size);
    return;
  }
  SizeClass& of_class = classes_[class_of(size)];
  if (of_class.cached == kCachedBlocks || Pool::of(block)->size_class != of_class.number ||
      options_.check_freed_blocks) [[unlikely]] {
    release_slowly(of_class, block);
    return;
  }
  cache(of_class, block);
}

void* Allocator::allocate_slowly(SizeClass& of_class) {
  require_room(of_class.block_size());
  if (of_class.cached == 0) {
    of_class.cache[0] = take_block(of_class);
    of_class.cached = 1;
    ++of_class.taken;
    of_class.high_water = std::max(of_class.high_water, of_class.taken);
  }
  if (options_.check_freed_blocks) {
    void* const block = of_class.cache[of_class.cached - 1];
    permit(block, of_class.block_size());
    note_used(block);
  }
  high_water_bytes_ = std::max(high_water_bytes_, used_bytes_ + of_class.block_size());
  return take_cached(of_class);
}

void Allocator::release_slowly(SizeClass& of_class, void* block) {
  if (Pool::of(block)->size_class != of_class.number) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} is released as a block of {} bytes, but has {}", block,
                            of_class.block_size(), Pool::of(block)->block_size()));
  }
  if (options_.check_freed_blocks) {
    note_freed(block);
  }
  if (of_class.cached == kCachedBlocks) {
    flush(of_class, kCachedBlocks / 2);
  }
  cache(of_class, block);
}

void* Allocator::take_block(SizeClass& of_class) {
  Pool* pool = of_class.partial_pools;
  if (pool == nullptr) {
    pool = arenas_.take_pool(of_class.number);
    link_pool(of_class.partial_pools, pool);
    ++of_class.pools;
  }
  void* block = pool->free_block;
  if (block != nullptr) {
    pool->free_block = read_link(block);
  } else {
    block = pool->blocks() + pool->virgin_offset;
    pool->virgin_offset = static_cast<std::uint16_t>(pool->virgin_offset + of_class.block_size());
    if (options_.check_freed_blocks) {
      permit(block, of_class.block_size());  // Its pool may have been in use before.
      fill_freed(block, of_class.block_size());
    }
  }
  ++pool->taken_blocks;
  if (is_full(pool)) {
    unlink_pool(of_class.partial_pools, pool);
  }
  return block;
}

void Allocator::give_block(SizeClass& of_class, void* block) {
  Pool* const pool = Pool::of(block);
  if (is_full(pool)) {
    link_pool(of_class.partial_pools, pool);
  }
  write_link(block, pool->free_block);
  pool->free_block = block;
  --pool->taken_blocks;
  if (pool->taken_blocks == 0) {
    unlink_pool(of_class.partial_pools, pool);
    --of_class.pools;
    arenas_.give_pool(pool);
  }
}

/// Returns the `count` oldest blocks of its cache to their pools.
void Allocator::flush(SizeClass& of_class, std::size_t count) {
  const auto first = of_class.cache.begin();
  const auto last = first + of_class.cached;
  const auto kept = first + static_cast<std::ptrdiff_t>(count);
  std::for_each(first, kept, [this, &of_class](void* block) { give_block(of_class, block); });
  std::copy(kept, last, first);
  of_class.cached -= static_cast<std::uint32_t>(count);
  of_class.taken -= count;
}

void Allocator::flush() {
  for (SizeClass& of_class : classes_) {
    flush(of_class, of_class.cached);
  }
}

void* Allocator::resize(void* block, std::size_t size, std::size_t new_size) {
  if (size > kLargestSmallBlock && new_size > kLargestSmallBlock) {
    require_room(new_size > size ? new_size - size : 0);
    void* const moved = std::realloc(block, new_size);
    if (moved == nullptr) {
      throw std::bad_alloc();
    }
    used_bytes_ += new_size - size;
    high_water_bytes_ = std::max(high_water_bytes_, used_bytes_);
    large_bytes_ += new_size - size;
    return moved;
  }
  if (std::max(size, new_size) <= kLargestSmallBlock && class_of(size) == class_of(new_size)) {
    return block;
  }
  void* const moved = allocate(new_size);
  std::memcpy(moved, block, std::min(size, new_size));
  release(block, size);
  return moved;
}

void* Allocator::allocate_large(std::size_t size) {
  require_room(size);
  void* const block = std::malloc(size);
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  ++large_blocks_;
  large_bytes_ += size;
  used_bytes_ += size;
  high_water_bytes_ = std::max(high_water_bytes_, used_bytes_);
  return block;
}

void Allocator::release_large(void* block, std::size_t size) {
  used_bytes_ -= size;
  large_bytes_ -= size;
  --large_blocks_;
  std::free(block);
}

void Allocator::mark_object(void* object, std::size_t size) {
  if (size <= kLargestSmallBlock) {
    Pool::of(object)->objects.insert(Pool::place_of(object));
  } else {
    large_objects_.emplace(object, next_large_address_);
    next_large_address_ += (size + kBlockAlignment - 1) / kBlockAlignment * kBlockAlignment;
  }
}

void Allocator::unmark_object(void* object, std::size_t size) {
  if (size <= kLargestSmallBlock) {
    Pool::of(object)->objects.erase(Pool::place_of(object));
  } else {
    large_objects_.erase(object);
  }
}

std::uint64_t Allocator::numbered_address(const void* object) const {
  const auto large = large_objects_.find(object);
  if (large != large_objects_.end()) {
    return large->second;
  }
  const Arena& arena = *Pool::of(object)->arena();
  return kFirstNumberedArena + arena.number * kArenaSize +
         static_cast<std::uint64_t>(static_cast<const std::byte*>(object) - arena.base());
}

AllocatorStatistics Allocator::statistics() {
  flush();
  AllocatorStatistics result;
  for (std::size_t row = 0; row < kSizeClasses; ++row) {
    const SizeClass& of_class = classes_[row];
    const std::uint64_t blocks = of_class.pools * kBlocksPerPool[row];
    result.classes[row] = {of_class.block_size(), of_class.taken,       blocks - of_class.taken,
                           of_class.high_water,   of_class.allocations, of_class.pools};
  }
  for (const std::unique_ptr<Arena>& arena : arenas_.all()) {
    ArenaStatistics of_arena;
    of_arena.address = reinterpret_cast<std::uintptr_t>(arena->base());
    of_arena.number = arena->number;
    of_arena.free_pools = arena->free_pool_count;
    of_arena.used_pools = kPoolsPerArena - arena->free_pool_count;
    for (std::uint32_t row = 0; row < arena->touched_pools(); ++row) {
      const Pool* const pool = arena->pool(row);
      if (pool->taken_blocks > 0) {
        of_arena.used_bytes += pool->taken_blocks * pool->block_size();
        of_arena.pools.push_back({reinterpret_cast<std::uintptr_t>(pool->blocks()),
                                  pool->block_size(), pool->taken_blocks,
                                  pool->capacity() - pool->taken_blocks});
      }
    }
    result.arenas.push_back(std::move(of_arena));
  }
  std::sort(result.arenas.begin(), result.arenas.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  result.used_bytes = used_bytes_;
  result.high_water_bytes = high_water_bytes_;
  result.large_blocks = large_blocks_;
  result.large_bytes = large_bytes_;
  result.arenas_high_water = arenas_.high_water();
  result.arenas_taken = arenas_.taken();
  result.arenas_given_back = arenas_.given_back();
  return result;
}

}  // namespace heapscan::dump::runtime
