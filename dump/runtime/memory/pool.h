#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapscan::dump::runtime {

inline constexpr std::size_t kBlockAlignment = 16;
inline constexpr std::size_t kSizeClasses = 32;
inline constexpr std::size_t kLargestSmallBlock = kSizeClasses * kBlockAlignment;
inline constexpr std::size_t kPoolSize = 4096;
inline constexpr std::size_t kArenaSize = 256 * std::size_t{1024};
inline constexpr std::uint32_t kPoolsPerArena = kArenaSize / kPoolSize - 1;

struct Arena;

/// How many blocks a pool has, by size class.
inline constexpr auto kBlocksPerPool = [] {
  std::array<std::uint16_t, kSizeClasses> blocks = {};
  for (std::size_t row = 0; row < kSizeClasses; ++row) {
    blocks[row] = static_cast<std::uint16_t>(kPoolSize / ((row + 1) * kBlockAlignment));
  }
  return blocks;
}();

/// A set of 16-byte positions in a pool.
class PlaceSet {
 public:
  [[nodiscard]] bool contains(std::size_t place) const {
    return ((words_[place / 64] >> (place % 64)) & 1U) != 0;
  }

  void insert(std::size_t place) { words_[place / 64] |= std::uint64_t{1} << (place % 64); }

  void erase(std::size_t place) { words_[place / 64] &= ~(std::uint64_t{1} << (place % 64)); }

  [[nodiscard]] const std::array<std::uint64_t, 4>& words() const { return words_; }

 private:
  std::array<std::uint64_t, 4> words_ = {};
};

/// The head of a pool: 4 KiB of blocks of one size class. One cache line, in the first page of its
/// arena (see ArenaHead).
///
/// Free blocks that were in use before are linked through their first words; those that were never
/// in use start at `virgin_offset` and cost nothing until they are.
struct Pool {
  Pool* next = nullptr;  ///< In the list of its size class, or of the arena's free pools.
  Pool* previous = nullptr;
  void* free_block = nullptr;
  std::uint16_t taken_blocks = 0;  ///< In use, or in the cache of their size class.
  std::uint16_t size_class = 0;
  std::uint16_t virgin_offset = 0;
  std::uint16_t reserved = 0;
  PlaceSet objects;  ///< Where an object starts: at its block, or after the collector's head.

  [[nodiscard]] std::size_t block_size() const {
    return (std::size_t{size_class} + 1) * kBlockAlignment;
  }

  [[nodiscard]] std::uint32_t capacity() const { return kBlocksPerPool[size_class]; }

  /// Its index among the pools of its arena, from 0.
  [[nodiscard]] std::uint32_t row() const;

  /// Its first block.
  [[nodiscard]] std::byte* blocks() const;

  [[nodiscard]] Arena* arena() const;

  [[nodiscard]] static Pool* of(const void* block);

  [[nodiscard]] static std::size_t place_of(const void* block) {
    return (reinterpret_cast<std::uintptr_t>(block) % kPoolSize) / kBlockAlignment;
  }
};

static_assert(sizeof(Pool) == 64);

/// The first page of an arena. Arenas are aligned to their size, so the head of a block's pool is
/// found from the block's address. CPython puts the head at the start of the pool instead, where
/// the heads of all pools compete for the few cache lines that page starts map to.
struct ArenaHead {
  Arena* arena = nullptr;
  alignas(sizeof(Pool)) std::array<Pool, kPoolsPerArena> pools = {};

  [[nodiscard]] static ArenaHead* of(const void* inside) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): it lies there by construction.
    return reinterpret_cast<ArenaHead*>(reinterpret_cast<std::uintptr_t>(inside) &
                                        ~(kArenaSize - 1));
  }
};

static_assert(sizeof(ArenaHead) == kPoolSize);

/// 256 KiB from the system: a page of heads, followed by the pools.
struct Arena {
  ArenaHead* head = nullptr;
  Arena* next = nullptr;  ///< Among the arenas that have free pools, fullest first.
  Arena* previous = nullptr;
  Pool* free_pools = nullptr;      ///< Pools that were in use, through Pool::next.
  std::uint32_t virgin_pools = 0;  ///< Pools at the end that were never in use.
  std::uint32_t free_pool_count = 0;
  std::uint64_t number = 0;  ///< How many arenas the allocator took before this one.

  /// The blocks in use, by pool; empty unless freed blocks are checked.
  std::vector<PlaceSet> used;

  [[nodiscard]] std::byte* base() const { return reinterpret_cast<std::byte*>(head); }

  [[nodiscard]] Pool* pool(std::uint32_t row) const { return head->pools.data() + row; }

  [[nodiscard]] std::uint32_t touched_pools() const { return kPoolsPerArena - virgin_pools; }
};

inline std::uint32_t Pool::row() const {
  return static_cast<std::uint32_t>(this - ArenaHead::of(this)->pools.data());
}

inline std::byte* Pool::blocks() const {
  return reinterpret_cast<std::byte*>(ArenaHead::of(this)) + (row() + 1) * kPoolSize;
}

inline Arena* Pool::arena() const {
  return ArenaHead::of(this)->arena;
}

inline Pool* Pool::of(const void* block) {
  const std::size_t page = reinterpret_cast<std::uintptr_t>(block) % kArenaSize / kPoolSize;
  return ArenaHead::of(block)->pools.data() + page - 1;
}

}  // namespace heapscan::dump::runtime
