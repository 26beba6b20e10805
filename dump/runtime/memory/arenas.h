#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "dump/runtime/memory/pool.h"

namespace heapscan::dump::runtime {

/// The memory that an allocator has from the system, which it takes pool by pool.
///
/// Invariants:
///  1. arenas with free pools are listed by how few they have, and pools come from the first: the
///     emptiest arenas get the chance to become empty;
///  2. an arena whose pools are all free goes back to the system, unless no other arena has a free
///     pool: one empty arena is kept, so that a program at the edge does not map and unmap it with
///     each block. trim() gives that back too.
class Arenas {
 public:
  /// `note_used_blocks`: whether arenas have room for Arena::used.
  explicit Arenas(bool note_used_blocks) : note_used_blocks_(note_used_blocks) {}

  Arenas(const Arenas&) = delete;
  Arenas& operator=(const Arenas&) = delete;
  Arenas(Arenas&&) = delete;
  Arenas& operator=(Arenas&&) = delete;

  /// Gives every arena back, whatever is still in use.
  ~Arenas();

  /// A pool without used blocks, from the fullest arena that has one, or a new arena. Throws
  /// std::bad_alloc, and is then as it was before.
  [[nodiscard]] Pool* take_pool(std::uint32_t size_class);

  /// Requires: none of its blocks is used any more.
  void give_pool(Pool* pool);

  /// In no order.
  [[nodiscard]] const std::vector<std::unique_ptr<Arena>>& all() const { return arenas_; }

  /// The most there were at once.
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
  /// For each number of free pools the last arena in that list that has so many.
  std::array<Arena*, kPoolsPerArena + 1> last_with_free_ = {};
  std::uint64_t high_water_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t given_back_ = 0;
};

}  // namespace heapscan::dump::runtime
