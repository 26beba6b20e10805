#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "dump/runtime/memory/arenas.h"
#include "dump/runtime/memory/pool.h"

namespace heapscan::dump::runtime {

#ifdef NDEBUG
inline constexpr bool kDebugBuild = false;
#else
inline constexpr bool kDebugBuild = true;
#endif

/// Where arenas and large objects lie in the numbering of Allocator::numbered_address().
inline constexpr std::uint64_t kFirstNumberedArena = 0x10000000;
inline constexpr std::uint64_t kFirstNumberedLargeObject = 0x100000000000;

/// Of each size class. Few, because they hold arenas; and enough that a program which frees about
/// as much as it allocates seldom goes beyond them.
inline constexpr std::size_t kCachedBlocks = 64;

struct AllocatorOptions {
  /// Note which small blocks are in use, so that the release of one that is not is an error; and
  /// fill freed ones with a pattern, and look at it when they are given out again, so that a write
  /// to a freed block is one. Costs a pass over each block.
  bool check_freed_blocks = kDebugBuild;
  /// More bytes than this in use, and allocate() throws std::bad_alloc.
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// What blocks of one size did so far.
struct SizeClassStatistics {
  std::size_t block_size = 0;
  std::uint64_t used = 0;  ///< Blocks in use.
  std::uint64_t free = 0;  ///< Blocks of its pools that are not.
  std::uint64_t high_water = 0;
  std::uint64_t allocations = 0;  ///< Ever.
  std::uint64_t pools = 0;
};

struct PoolStatistics {
  std::uint64_t address = 0;
  std::size_t block_size = 0;
  std::uint32_t used = 0;
  std::uint32_t free = 0;
};

struct ArenaStatistics {
  std::uint64_t address = 0;
  std::uint64_t number = 0;  ///< How many were taken before this one.
  std::uint32_t used_pools = 0;
  std::uint32_t free_pools = 0;
  std::uint64_t used_bytes = 0;       ///< In blocks in use.
  std::vector<PoolStatistics> pools;  ///< Those in use, by address.
};

struct AllocatorStatistics {
  std::array<SizeClassStatistics, kSizeClasses> classes;
  std::vector<ArenaStatistics> arenas;  ///< By address.
  std::uint64_t used_bytes = 0;         ///< In blocks in use of any size, as they were asked for
                                        ///< (large) or rounded up to 16 (small).
  std::uint64_t high_water_bytes = 0;
  std::uint64_t large_blocks = 0;
  std::uint64_t large_bytes = 0;
  std::uint64_t arenas_high_water = 0;
  std::uint64_t arenas_taken = 0;       ///< From the system, ever.
  std::uint64_t arenas_given_back = 0;  ///< To the system, ever.
};

/// CPython's object allocator: blocks of up to 512 bytes in 32 size classes, from pools of 4 KiB
/// that hold one class each, from arenas of 256 KiB; larger ones from malloc. In front of the pools
/// each class has a cache of the blocks that were freed last, which are given out first: they are
/// the ones that the processor still knows, and their pools need not be looked at.
///
/// Invariants:
///  1. a pool with taken and free blocks is in the list of its class; a full one is in none; an
///     empty one is in its arena's list of free pools (see Arenas for theirs);
///  2. cached blocks are free, but their pools count them as taken, so that they keep pools and
///     arenas from going back. There are at most kCachedBlocks of a class, and none of a class that
///     has no block in use: who gives everything back, gives every arena back but the one that is
///     kept. flush() gives the cached blocks back too, and each full collection of cycles does
///     that;
///  3. of a class, blocks in use and cached ones together are never more than were in use at once.
///
/// Blocks are freed with the size that they were asked for. One that is freed with the wrong size
/// class throws Error(kInternal); double frees, frees of what is no block, and writes to freed
/// blocks do if AllocatorOptions has them checked. Under AddressSanitizer freed blocks are
/// poisoned, so that reads of them are found as well.
///
/// Thread rule: one thread at a time. Cost: mostly a few loads and stores for each call, in the
/// cache of the class; one page of an arena, 1.6 %.
class Allocator {
 public:
  explicit Allocator(AllocatorOptions options = {});
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;
  Allocator(Allocator&&) = delete;
  Allocator& operator=(Allocator&&) = delete;

  /// Gives every arena back, whatever is still in use. Large blocks still in use are lost.
  ~Allocator() = default;

  /// A block aligned to 16. Throws std::bad_alloc, and is then as it was before. Requires: size >
  /// 0.
  [[nodiscard]] void* allocate(std::size_t size);

  /// Requires: `block` is from allocate(size) of this allocator, and was not released.
  void release(void* block, std::size_t size);

  /// The block with `new_size` bytes, as many as fit of them as they were: the same one when its
  /// class has the room, or another that takes its place. Throws std::bad_alloc, and is then as it
  /// was before. Requires: as release(), and new_size > 0.
  [[nodiscard]] void* resize(void* block, std::size_t size, std::size_t new_size);

  /// Says that an object begins at `object`, somewhere in the first 32 bytes of a block of `size`
  /// bytes. Throws std::bad_alloc.
  void mark_object(void* object, std::size_t size);
  void unmark_object(void* object, std::size_t size);

  /// Gives cached blocks back to their pools, and arenas that are empty then to the system: all but
  /// one.
  void flush();

  /// Calls `visit(void*)` for each marked object, in no order. Requires: `visit` does not allocate
  /// or release here.
  template <class Visit>
  void for_each_object(Visit&& visit) const;

  /// An address for the marked object that is the same in each run of a program: arenas follow each
  /// other in the order in which they were taken, with pools and blocks where they are; large
  /// objects come behind them, in the order in which they were marked.
  [[nodiscard]] std::uint64_t numbered_address(const void* object) const;

  [[nodiscard]] std::uint64_t used_bytes() const { return used_bytes_; }

  /// Flushes, so that each figure is as if there was no cache.
  [[nodiscard]] AllocatorStatistics statistics();

 private:
  /// The blocks of one size.
  struct SizeClass {
    Pool* partial_pools = nullptr;
    std::uint64_t taken = 0;  ///< Blocks that pools gave out: in use, or cached.
    std::uint64_t high_water = 0;
    std::uint64_t allocations = 0;
    std::uint64_t pools = 0;
    std::uint32_t cached = 0;
    std::uint32_t number = 0;                     ///< Of the class.
    std::array<void*, kCachedBlocks> cache = {};  ///< The first `cached`, by when they were freed.

    [[nodiscard]] std::size_t block_size() const {
      return (std::size_t{number} + 1) * kBlockAlignment;
    }
  };

  [[nodiscard]] static std::size_t class_of(std::size_t size) {
    return (size - 1) / kBlockAlignment;
  }

  [[nodiscard]] void* allocate_slowly(SizeClass& of_class);
  [[nodiscard]] void* allocate_large(std::size_t size);
  [[nodiscard]] void* take_cached(SizeClass& of_class);
  void release_slowly(SizeClass& of_class, void* block);
  void release_large(void* block, std::size_t size);
  void cache(SizeClass& of_class, void* block);
  [[nodiscard]] void* take_block(SizeClass& of_class);
  void give_block(SizeClass& of_class, void* block);
  void flush(SizeClass& of_class, std::size_t count);
  void require_room(std::size_t size) const;

  AllocatorOptions options_;
  std::uint64_t used_bytes_ = 0;
  std::uint64_t high_water_bytes_ = 0;
  std::array<SizeClass, kSizeClasses> classes_;
  Arenas arenas_;
  std::unordered_map<const void*, std::uint64_t> large_objects_;  ///< With numbered addresses.
  std::uint64_t next_large_address_ = kFirstNumberedLargeObject;
  std::uint64_t large_blocks_ = 0;
  std::uint64_t large_bytes_ = 0;
};

/// Calls `visit(place)` for each member, ascending.
template <class Visit>
void for_each_place(const PlaceSet& places, Visit&& visit) {
  std::size_t first_place = 0;
  for (std::uint64_t left : places.words()) {
    for (; left != 0; left &= left - 1) {
      visit(first_place + static_cast<std::size_t>(std::countr_zero(left)));
    }
    first_place += 64;
  }
}

template <class Visit>
void Allocator::for_each_object(Visit&& visit) const {
  for (const std::unique_ptr<Arena>& arena : arenas_.all()) {
    for (std::uint32_t row = 0; row < arena->touched_pools(); ++row) {
      const Pool* const pool = arena->pool(row);
      for_each_place(pool->objects, [&visit, blocks = pool->blocks()](std::size_t place) {
        visit(static_cast<void*>(blocks + place * kBlockAlignment));
      });
    }
  }
  for (const auto& [object, address] : large_objects_) {
    visit(const_cast<void*>(object));
  }
}

}  // namespace heapscan::dump::runtime
