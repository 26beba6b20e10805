// Freed pools are handled as in CPython (Objects/obmalloc.c).
//
// The list of usable arenas must stay sorted by the number of free pools while that number changes
// by one at a time. An arena whose number grows from n to n + 1 moves behind the last arena that
// has n; last_with_free_ finds it without a search. An arena whose number falls from n to n - 1 is
// always the first of the list, because pools are taken from there, and stays first.

#include "dump/runtime/memory/arenas.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

#include "dump/runtime/memory/freed_blocks.h"

namespace heapscan::dump::runtime {
namespace {

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

/// Memory for an arena, aligned to its size: at `wanted` if that is free, or else cut out of a
/// mapping of twice the size.
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

}  // namespace

Arenas::~Arenas() {
  for (const std::unique_ptr<Arena>& arena : arenas_) {
    permit(arena->base(), kArenaSize);
    munmap(arena->base(), kArenaSize);
  }
}

Pool* Arenas::take_pool(std::uint32_t size_class) {
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
  return pool;
}

void Arenas::give_pool(Pool* pool) {
  Arena* const arena = pool->arena();
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

void Arenas::unlink_arena(Arena* arena) {
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

void Arenas::take_arena() {
  arenas_.reserve(arenas_.size() + 1);
  auto arena = std::make_unique<Arena>();
  if (note_used_blocks_) {
    arena->used.resize(kPoolsPerArena);
  }
  std::byte* const memory = map_arena(next_arena_);
  next_arena_ = memory - kArenaSize;
  arena->head = new (memory) ArenaHead;
  arena->head->arena = arena.get();
  arena->number = taken_;
  arena->virgin_pools = kPoolsPerArena;
  arena->free_pool_count = kPoolsPerArena;
  usable_arenas_ = arena.get();
  last_with_free_[kPoolsPerArena] = arena.get();
  arenas_.push_back(std::move(arena));
  ++taken_;
  high_water_ = std::max<std::uint64_t>(high_water_, arenas_.size());
}

void Arenas::give_arena(Arena* arena) {
  unlink_arena(arena);
  permit(arena->base(), kArenaSize);
  munmap(arena->base(), kArenaSize);
  ++given_back_;
  const auto row = std::find_if(arenas_.begin(), arenas_.end(),
                                [arena](const auto& owned) { return owned.get() == arena; });
  std::swap(*row, arenas_.back());
  arenas_.pop_back();
}

}  // namespace heapscan::dump::runtime
