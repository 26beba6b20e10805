// How a pool is found for a block, and where freed memory goes, is CPython's (Objects/obmalloc.c).
//
// The list of usable arenas must stay sorted by the number of free pools while that number changes
// by one at a time. An arena whose number grows from n to n + 1 moves behind the last arena that
// has n, which last_with_free_ knows: no search. One whose number falls from n to n - 1 is always
// the first of the list, because pools are taken from there, and stays the first.

#include "dump/runtime/allocator.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "dump/error.h"

#if defined(__SANITIZE_ADDRESS__)
#define HEAPSCAN_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEAPSCAN_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef HEAPSCAN_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace heapscan::dump::runtime {
namespace {

constexpr unsigned char kFreedByte = 0xDD;
constexpr std::size_t kLinkSize = sizeof(void*);

/// The first word of a freed block, which links it to the next one, stays accessible.
void forbid([[maybe_unused]] void* block, [[maybe_unused]] std::size_t size) {
#ifdef HEAPSCAN_ADDRESS_SANITIZER
  ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(block) + kLinkSize, size - kLinkSize);
#endif
}

void permit([[maybe_unused]] void* block, [[maybe_unused]] std::size_t size) {
#ifdef HEAPSCAN_ADDRESS_SANITIZER
  ASAN_UNPOISON_MEMORY_REGION(block, size);
#endif
}

void* read_link(const void* block) {
  void* link = nullptr;
  std::memcpy(&link, block, kLinkSize);
  return link;
}

void write_link(void* block, void* link) {
  std::memcpy(block, &link, kLinkSize);
}

std::byte* map_memory(std::byte* wanted, std::size_t size) {
  void* const memory =
      mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  return static_cast<std::byte*>(memory);
}

bool is_aligned(const std::byte* memory) {
  return reinterpret_cast<std::uintptr_t>(memory) % kArenaSize == 0;
}

/// Memory for an arena, aligned to its size: where it is wanted if that is free, or else cut out of
/// twice as much.
std::byte* map_arena(std::byte* wanted) {
  std::byte* const memory = map_memory(wanted, kArenaSize);
  if (is_aligned(memory)) {
    return memory;
  }
  munmap(memory, kArenaSize);
  std::byte* const room = map_memory(nullptr, 2 * kArenaSize);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(room) % kArenaSize;
  if (before > 0) {
    munmap(room, before);
  }
  munmap(room + before + kArenaSize, kArenaSize - before);
  return room + before;
}

/// A full pool is in no list.
bool is_full(const Pool* pool) {
  return pool->used_blocks == pool->capacity();
}

[[noreturn]] [[gnu::cold]] void throw_wrong_class(const void* block, std::uint32_t size_class) {
  throw Error(ErrorKind::kInternal,
              fmt::format("{} is released as a block of {} bytes, but has {}", block,
                          (size_class + 1) * kBlockAlignment, Pool::of(block)->block_size()));
}

}  // namespace

bool Allocator::freed_blocks_are_poisoned() {
#ifdef HEAPSCAN_ADDRESS_SANITIZER
  return true;
#else
  return false;
#endif
}

Allocator::Allocator(AllocatorOptions options) : options_(options) {}

Allocator::~Allocator() {
  for (const std::unique_ptr<Arena>& arena : arenas_) {
    permit(arena->base(), kArenaSize);
    munmap(arena->base(), kArenaSize);
  }
}

void Allocator::require_room(std::size_t size) const {
  if (size > options_.limit || used_bytes_ > options_.limit - size) {
    throw std::bad_alloc();
  }
}

void* Allocator::allocate(std::size_t size) {
  require_room(size);
  return size <= kLargestSmallBlock ? allocate_small(class_of(size)) : allocate_large(size);
}

void Allocator::release(void* block, std::size_t size) {
  if (size <= kLargestSmallBlock) {
    release_small(block, class_of(size));
    return;
  }
  note_release(size);
  --large_blocks_;
  large_bytes_ -= size;
  std::free(block);
}

void* Allocator::resize(void* block, std::size_t size, std::size_t new_size) {
  if (size > kLargestSmallBlock && new_size > kLargestSmallBlock) {
    require_room(new_size > size ? new_size - size : 0);
    void* const moved = std::realloc(block, new_size);
    if (moved == nullptr) {
      throw std::bad_alloc();
    }
    note_release(size);
    used_bytes_ += new_size;
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
  void* const block = std::malloc(size);
  if (block == nullptr) {
    throw std::bad_alloc();
  }
  ++large_blocks_;
  large_bytes_ += size;
  used_bytes_ += size;
  return block;
}

/// What is in use is never more than just before a release, or now.
void Allocator::note_release(std::size_t size) {
  high_water_bytes_ = std::max(high_water_bytes_, used_bytes_);
  used_bytes_ -= size;
}

void* Allocator::allocate_small(std::uint32_t size_class) {
  Pool* pool = partial_pools_[size_class];
  if (pool == nullptr) {
    pool = take_pool(size_class);
  }
  const std::size_t size = pool->block_size();
  const bool is_virgin = pool->free_block == nullptr;
  void* const block = is_virgin ? pool->blocks() + pool->virgin_offset : pool->free_block;
  permit(block, size);
  if (options_.check_freed_blocks) [[unlikely]] {
    note_used(pool, block, is_virgin);
  }
  if (!is_virgin) {
    pool->free_block = read_link(block);
    __builtin_prefetch(pool->free_block);  // It was freed long ago, and is the next to be taken.
  } else {
    pool->virgin_offset = static_cast<std::uint16_t>(pool->virgin_offset + size);
  }
  ++pool->used_blocks;
  if (is_full(pool)) {
    unlink_pool(pool);
  }
  ++counts_[size_class].allocations;
  used_bytes_ += size;
  return block;
}

void Allocator::release_small(void* block, std::uint32_t size_class) {
  Pool* const pool = Pool::of(block);
  const std::size_t size = pool->block_size();
  if (pool->size_class != size_class) [[unlikely]] {
    throw_wrong_class(block, size_class);
  }
  if (options_.check_freed_blocks) [[unlikely]] {
    note_freed(pool, block);
  }
  const bool was_full = is_full(pool);
  write_link(block, pool->free_block);
  pool->free_block = block;
  forbid(block, size);
  --pool->used_blocks;
  ClassCounts& counts = counts_[size_class];
  counts.high_water = std::max(counts.high_water, counts.used());
  ++counts.releases;
  note_release(size);
  if (was_full) {
    link_pool(pool);
  }
  if (pool->used_blocks == 0) {
    unlink_pool(pool);
    give_pool(pool);
  }
}

void Allocator::note_used(Pool* pool, void* block, bool is_virgin) {
  const auto* const bytes = static_cast<const unsigned char*>(block);
  const auto* const end = is_virgin ? bytes + kLinkSize : bytes + pool->block_size();
  const auto* const changed =
      std::find_if(bytes + kLinkSize, end, [](unsigned char c) { return c != kFreedByte; });
  if (changed != end) {
    throw Error(ErrorKind::kInternal,
                fmt::format("the freed block {} of {} bytes was written to at byte {}", block,
                            pool->block_size(), changed - bytes));
  }
  pool->arena()->used[pool->row()].insert(Pool::place_of(block));
}

void Allocator::note_freed(Pool* pool, void* block) {
  PlaceSet& used = pool->arena()->used[pool->row()];
  if (!used.contains(Pool::place_of(block)) ||
      reinterpret_cast<std::uintptr_t>(block) % kBlockAlignment != 0) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} is released, but is no block in use: released twice?", block));
  }
  used.erase(Pool::place_of(block));
  std::memset(block, kFreedByte, pool->block_size());
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

void Allocator::link_pool(Pool* pool) {
  Pool*& first = partial_pools_[pool->size_class];
  pool->previous = nullptr;
  pool->next = first;
  if (first != nullptr) {
    first->previous = pool;
  }
  first = pool;
}

void Allocator::unlink_pool(Pool* pool) {
  if (pool->previous != nullptr) {
    pool->previous->next = pool->next;
  } else {
    partial_pools_[pool->size_class] = pool->next;
  }
  if (pool->next != nullptr) {
    pool->next->previous = pool->previous;
  }
  pool->next = nullptr;
  pool->previous = nullptr;
}

Pool* Allocator::take_pool(std::uint32_t size_class) {
  if (usable_arenas_ == nullptr) {
    take_arena();
  }
  Arena* const arena = usable_arenas_;
  if (last_with_free_[arena->free_pool_count] == arena) {
    last_with_free_[arena->free_pool_count] = nullptr;  // It was the first, so it was the only one.
  }
  --arena->free_pool_count;
  if (arena->free_pool_count == 0) {
    unlink_arena(arena);
  } else if (last_with_free_[arena->free_pool_count] == nullptr) {
    last_with_free_[arena->free_pool_count] = arena;
  }
  Pool* pool = arena->free_pools;
  if (pool != nullptr) {
    arena->free_pools = pool->next;
  } else {
    pool = arena->pool(arena->touched_pools());
    --arena->virgin_pools;
  }
  *pool = Pool();
  pool->size_class = static_cast<std::uint16_t>(size_class);
  ++counts_[size_class].pools;
  link_pool(pool);
  return pool;
}

void Allocator::give_pool(Pool* pool) {
  Arena* const arena = pool->arena();
  --counts_[pool->size_class].pools;
  pool->next = arena->free_pools;
  arena->free_pools = pool;
  const std::uint32_t before = arena->free_pool_count++;
  if (before == 0) {  // It was full, so it becomes the fullest of those that are not.
    arena->previous = nullptr;
    arena->next = usable_arenas_;
    if (usable_arenas_ != nullptr) {
      usable_arenas_->previous = arena;
    }
    usable_arenas_ = arena;
    if (last_with_free_[1] == nullptr) {
      last_with_free_[1] = arena;
    }
    return;
  }
  Arena* const last = last_with_free_[before];
  if (last == arena) {
    Arena* const previous = arena->previous;
    last_with_free_[before] =
        previous != nullptr && previous->free_pool_count == before ? previous : nullptr;
  }
  if (arena->free_pool_count == kPoolsPerArena && arena->next != nullptr) {
    give_arena(arena);
    return;
  }
  if (last != arena) {
    unlink_arena(arena);
    arena->previous = last;
    arena->next = last->next;
    if (last->next != nullptr) {
      last->next->previous = arena;
    }
    last->next = arena;
  }
  if (last_with_free_[arena->free_pool_count] == nullptr) {
    last_with_free_[arena->free_pool_count] = arena;
  }
}

void Allocator::unlink_arena(Arena* arena) {
  if (arena->previous != nullptr) {
    arena->previous->next = arena->next;
  } else {
    usable_arenas_ = arena->next;
  }
  if (arena->next != nullptr) {
    arena->next->previous = arena->previous;
  }
  arena->next = nullptr;
  arena->previous = nullptr;
}

void Allocator::take_arena() {
  arenas_.reserve(arenas_.size() + 1);
  auto arena = std::make_unique<Arena>();
  if (options_.check_freed_blocks) {
    arena->used.resize(kPoolsPerArena);
  }
  std::byte* const memory = map_arena(next_arena_);
  next_arena_ = memory - kArenaSize;
  arena->head = new (memory) ArenaHead;
  arena->head->arena = arena.get();
  arena->number = arenas_taken_;
  arena->virgin_pools = kPoolsPerArena;
  arena->free_pool_count = kPoolsPerArena;
  usable_arenas_ = arena.get();
  last_with_free_[kPoolsPerArena] = arena.get();
  arenas_.push_back(std::move(arena));
  ++arenas_taken_;
  arenas_high_water_ = std::max<std::uint64_t>(arenas_high_water_, arenas_.size());
}

void Allocator::give_arena(Arena* arena) {
  unlink_arena(arena);
  permit(arena->base(), kArenaSize);
  munmap(arena->base(), kArenaSize);
  ++arenas_given_back_;
  const auto row = std::find_if(arenas_.begin(), arenas_.end(),
                                [arena](const auto& owned) { return owned.get() == arena; });
  std::swap(*row, arenas_.back());
  arenas_.pop_back();
}

void Allocator::trim() {
  Arena* const arena = last_with_free_[kPoolsPerArena];
  if (arena != nullptr) {
    last_with_free_[kPoolsPerArena] = nullptr;
    give_arena(arena);
  }
}

AllocatorStatistics Allocator::statistics() const {
  AllocatorStatistics result;
  for (std::size_t row = 0; row < kSizeClasses; ++row) {
    const ClassCounts& counts = counts_[row];
    SizeClassStatistics& of_class = result.classes[row];
    of_class.block_size = (row + 1) * kBlockAlignment;
    of_class.used = counts.used();
    of_class.free = counts.pools * (kPoolSize / of_class.block_size) - counts.used();
    of_class.high_water = std::max(counts.high_water, counts.used());
    of_class.allocations = counts.allocations;
    of_class.pools = counts.pools;
  }
  for (const std::unique_ptr<Arena>& arena : arenas_) {
    ArenaStatistics of_arena;
    of_arena.address = reinterpret_cast<std::uintptr_t>(arena->base());
    of_arena.number = arena->number;
    of_arena.free_pools = arena->free_pool_count;
    of_arena.used_pools = kPoolsPerArena - arena->free_pool_count;
    for (std::uint32_t row = 0; row < arena->touched_pools(); ++row) {
      const Pool* const pool = arena->pool(row);
      if (pool->used_blocks > 0) {
        of_arena.used_bytes += pool->used_blocks * pool->block_size();
        of_arena.pools.push_back({reinterpret_cast<std::uintptr_t>(pool->blocks()),
                                  pool->block_size(), pool->used_blocks,
                                  pool->capacity() - pool->used_blocks});
      }
    }
    result.arenas.push_back(std::move(of_arena));
  }
  std::sort(result.arenas.begin(), result.arenas.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  result.used_bytes = used_bytes_;
  result.high_water_bytes = std::max(high_water_bytes_, used_bytes_);
  result.large_blocks = large_blocks_;
  result.large_bytes = large_bytes_;
  result.arenas_high_water = arenas_high_water_;
  result.arenas_taken = arenas_taken_;
  result.arenas_given_back = arenas_given_back_;
  return result;
}

}  // namespace heapscan::dump::runtime
