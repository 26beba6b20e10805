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

/// Where the addresses of arenas and large objects start in Allocator::numbered_address().
inline constexpr std::uint64_t kFirstNumberedArena = 0x10000000;
inline constexpr std::uint64_t kFirstNumberedLargeObject = 0x100000000000;

/// Per size class. Few, because cached blocks keep arenas from being returned; but enough that a
/// program that frees about as much as it allocates seldom needs more.
inline constexpr std::size_t kCachedBlocks = 64;

struct AllocatorOptions {
  /// Record which small blocks are in use, to detect the release of any other; and fill freed
  /// blocks with a pattern that is checked when they are handed out again, to detect writes to
  /// freed blocks. Costs a pass over each block.
  bool check_freed_blocks = kDebugBuild;
  /// allocate() throws std::bad_alloc if more bytes than this would be in use.
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// Statistics of the blocks of one size.
struct SizeClassStatistics {
  std::size_t block_size = 0;
  std::uint64_t used = 0;  ///< Blocks in use.
  std::uint64_t free = 0;  ///< Blocks of its pools that are not in use.
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
  std::uint64_t number = 0;  ///< How many arenas were taken before this one.
  std::uint32_t used_pools = 0;
  std::uint32_t free_pools = 0;
  std::uint64_t used_bytes = 0;       ///< In blocks in use.
  std::vector<PoolStatistics> pools;  ///< Those in use, by address.
};

struct AllocatorStatistics {
  std::array<SizeClassStatistics, kSizeClasses> classes;
  std::vector<ArenaStatistics> arenas;  ///< By address.
  std::uint64_t used_bytes = 0;         ///< In blocks in use of any size, as requested
                                        ///< (large) or rounded up to 16 (small).
  std::uint64_t high_water_bytes = 0;
  std::uint64_t large_blocks = 0;
  std::uint64_t large_bytes = 0;
  std::uint64_t arenas_high_water = 0;
  std::uint64_t arenas_taken = 0;       ///< From the system, ever.
  std::uint64_t arenas_given_back = 0;  ///< To the system, ever.
};

/// CPython's object allocator: blocks of up to 512 bytes in 32 size classes, from 4 KiB pools of
/// one class each, in arenas of 256 KiB; larger blocks come from malloc. In front of the pools each
/// class has a cache of the blocks freed last. These are handed out first: they are still in the
/// processor's cache, and their pools need not be accessed.
///
/// Invariants:
///  1. a pool with taken and free blocks is in the list of its class; a full one is in none; an
///     empty one is in its arena's list of free pools (see Arenas for theirs);
///  2. cached blocks are free, but their pools count them as taken, so they keep pools and arenas
///     from being returned. There are at most kCachedBlocks per class, and none of a class that has
///     no block in use: once every block is released, every arena but the one that is kept is
///     returned. flush() returns the cached blocks too; each full collection of cycles calls it;
///  3. in each class, blocks in use and cached blocks together never exceed the peak of blocks in
///     use.
///
/// Blocks are released with the size that was requested. A release with the wrong size class throws
/// Error(kInternal); double frees, frees of addresses that are not blocks, and writes to freed
/// blocks do so if AllocatorOptions enables the check. Under AddressSanitizer freed blocks are
/// poisoned, so reads of them are found as well.
///
/// Thread rule: one thread at a time. Cost: usually a few loads and stores per call, in the cache
/// of the class; one page per arena, 1.6 %.
class Allocator {
 public:
  explicit Allocator(AllocatorOptions options = {});
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;
  Allocator(Allocator&&) = delete;
  Allocator& operator=(Allocator&&) = delete;

  /// Returns every arena, even if blocks are still in use. Large blocks still in use are leaked.
  ~Allocator() = default;

  /// A block aligned to 16. Throws std::bad_alloc, leaving the allocator unchanged. Requires: size
  /// > 0.
  [[nodiscard]] void* allocate(std::size_t size);

  /// Requires: `block` is from allocate(size) of this allocator, and was not released.
  void release(void* block, std::size_t size);

  /// Resizes the block to `new_size` bytes, keeping as many of its bytes as fit: returns the same
  /// block if its class has room, or else one that replaces it. Throws std::bad_alloc, leaving the
  /// allocator unchanged. Requires: as release(), and new_size > 0.
  [[nodiscard]] void* resize(void* block, std::size_t size, std::size_t new_size);

  /// Records that an object starts at `object`, within the first 32 bytes of a block of `size`
  /// bytes. Throws std::bad_alloc.
  void mark_object(void* object, std::size_t size);
  void unmark_object(void* object, std::size_t size);

  /// Returns cached blocks to their pools, and all arenas but one that are then empty to the
  /// system.
  void flush();

  /// Calls `visit(void*)` for each marked object, in no order. Requires: `visit` does not allocate
  /// or release here.
  template <class Visit>
  void for_each_object(Visit&& visit) const;

  /// An address for the marked object that is the same in each run of a program: arenas follow each
  /// other in the order in which they were taken, with pools and blocks at their places; large
  /// objects come after them, in the order in which they were marked.
  [[nodiscard]] std::uint64_t numbered_address(const void* object) const;

  [[nodiscard]] std::uint64_t used_bytes() const { return used_bytes_; }

  /// Flushes first, so that all figures are as if there were no cache.
  [[nodiscard]] AllocatorStatistics statistics();

 private:
  /// The blocks of one size.
  struct SizeClass {
    Pool* partial_pools = nullptr;
    std::uint64_t taken = 0;  ///< Blocks that pools handed out: in use or cached.
    std::uint64_t high_water = 0;
    std::uint64_t allocations = 0;
    std::uint64_t pools = 0;
    std::uint32_t cached = 0;
    std::uint32_t number = 0;  ///< Of the class.
    std::array<void*, kCachedBlocks> cache =
        {};  ///< The first `cached` entries, in the order freed.

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
