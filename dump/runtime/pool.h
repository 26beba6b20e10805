#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace heapscan::dump::runtime {

inline constexpr std::size_t kBlockAlignment = 16;
inline constexpr std::size_t kSizeClasses = 32;
inline constexpr std::size_t kLargestSmallBlock = kSizeClasses * kBlockAlignment;
inline constexpr std::size_t kPoolSize = 4096;
inline constexpr std::size_t kArenaSize = 256 * std::size_t{1024};
inline constexpr std::uint32_t kPoolsPerArena = kArenaSize / kPoolSize;

struct Arena;

/// A set of the 16-byte places of a pool.
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

/// The head of a 4 KiB pool; the blocks, all of one size class, follow it. It lies at the start of
/// the pool, so that the pool of a block is its address rounded down.
///
/// Blocks that were in use and are free are a list through their first words; those that were never
/// in use begin at `virgin_offset` and cost nothing until then.
struct Pool {
  Pool* next = nullptr;  ///< In the list of its size class, or of the arena's free pools.
  Pool* previous = nullptr;
  void* free_block = nullptr;
  Arena* arena = nullptr;
  std::uint32_t used_blocks = 0;
  std::uint32_t size_class = 0;
  std::uint32_t virgin_offset = 0;
  std::uint32_t reserved = 0;
  PlaceSet used;     ///< Where a block in use begins.
  PlaceSet objects;  ///< Where an object begins: at its block, or behind the collector's head.

  [[nodiscard]] std::size_t block_size() const { return (size_class + 1) * kBlockAlignment; }

  [[nodiscard]] std::uint32_t capacity() const;

  [[nodiscard]] static Pool* of(const void* block) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the pool's head lies there by construction.
    return reinterpret_cast<Pool*>(reinterpret_cast<std::uintptr_t>(block) & ~(kPoolSize - 1));
  }

  [[nodiscard]] static std::size_t place_of(const void* block) {
    return (reinterpret_cast<std::uintptr_t>(block) & (kPoolSize - 1)) / kBlockAlignment;
  }
};

static_assert(sizeof(Pool) == 112 && sizeof(Pool) % kBlockAlignment == 0);

inline std::uint32_t Pool::capacity() const {
  return static_cast<std::uint32_t>((kPoolSize - sizeof(Pool)) / block_size());
}

/// 256 KiB from the system, cut into pools.
struct Arena {
  std::byte* base = nullptr;
  Arena* next = nullptr;  ///< Among the arenas that have free pools, fullest first.
  Arena* previous = nullptr;
  Pool* free_pools = nullptr;      ///< Pools that were in use, through Pool::next.
  std::uint32_t virgin_pools = 0;  ///< Pools at the end that were never in use.
  std::uint32_t free_pool_count = 0;
  std::uint64_t number = 0;  ///< How many the allocator took before this one.

  [[nodiscard]] Pool* pool(std::uint32_t row) const {
    return reinterpret_cast<Pool*>(base + row * kPoolSize);
  }

  [[nodiscard]] std::uint32_t touched_pools() const { return kPoolsPerArena - virgin_pools; }
};

}  // namespace heapscan::dump::runtime
