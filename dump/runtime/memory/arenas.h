#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "dump/runtime/memory/pool.h"

namespace heapscan::dump::runtime {

/// The memory that an allocator gets from the system and takes pool by pool.
///
/// Invariants:
///  1. arenas with free pools are listed by ascending number of free pools, and pools come from the
///     first: so the emptiest arenas get a chance to become empty;
///  2. an arena whose pools are all free is returned to the system, unless no other arena has a
///     free pool: one empty arena is kept, so that a program at the boundary does not map and unmap
///     it with each block.
class Arenas {
 public:
  /// `note_used_blocks`: whether arenas keep Arena::used.
  explicit Arenas(bool note_used_blocks) : note_used_blocks_(note_used_blocks) {}

  Arenas(const Arenas&) = delete;
  Arenas& operator=(const Arenas&) = delete;
  Arenas(Arenas&&) = delete;
  Arenas& operator=(Arenas&&) = delete;

  /// Returns every arena, even if blocks are still in use.
  ~Arenas();

  /// A pool without used blocks, from the fullest arena that has one, or from a new arena. Throws
  /// std::bad_alloc, leaving everything unchanged.
  [[nodiscard]] Pool* take_pool(std::uint32_t size_class);

  /// Requires: none of its blocks is in use.
  void give_pool(Pool* pool);

  /// In no order.
  [[nodiscard]] const std::vector<std::unique_ptr<Arena>>& all() const { return arenas_; }

  /// The peak number of arenas.
  [[nodiscard]] std::uint64_t high_water() const { return high_water_; }

  /// From the system, ever.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

  /// To the system, ever.
  [[nodiscard]] std::uint64_t given_back() const { return given_back_; }

 private:
  void take_arena();
  void give_arena(Arena* arena);
  void unlink_arena(Arena* arena);

  bool note_used_blocks_;
  std::vector<std::unique_ptr<Arena>> arenas_;
  std::byte* next_arena_ = nullptr;  ///< Where the next one should lie: close to the last.
  Arena* usable_arenas_ = nullptr;   ///< Fullest first.
  /// For each number of free pools, the last arena in that list with that number.
  std::array<Arena*, kPoolsPerArena + 1> last_with_free_ = {};
  std::uint64_t high_water_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t given_back_ = 0;
};

}  // namespace heapscan::dump::runtime
