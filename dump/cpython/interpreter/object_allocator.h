#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/target/static_data.h"

namespace heapscan::dump::cpython {

/// A pool that blocks are allocated from.
struct AllocatorPool {
  std::uint64_t address = 0;
  std::uint32_t block_size = 0;
  std::uint32_t used_blocks = 0;
};

/// An arena, and the pools in use in it.
struct AllocatorArena {
  std::uint64_t address = 0;
  std::uint32_t first_pool = 0;  ///< Pools [first_pool, first_pool + pool_count).
  std::uint32_t pool_count = 0;
  std::uint64_t used = 0;  ///< Bytes of allocated blocks.
};

/// The small-object allocator of an interpreter (Objects/obmalloc.c): arenas from the system, cut
/// into pools of blocks of one size each.
///
/// The table of arenas is a static variable without a symbol in stripped programs, so it is found
/// by its structure: a word in the interpreter's own data that points to a row of descriptions,
/// each of which fits the arena that it describes, whose first pool in turn tells the row's number.
/// No other memory looks like that. Since CPython 3.12 the interpreters' states tell of theirs: one
/// with an interpreter lock of its own has a table of its own. A program that allocates by other
/// means (PYTHONMALLOC) has none.
class ObjectAllocator {
 public:
  /// Looks in the words of `data` and in the interpreters. `reader` must outlive the allocator.
  /// Cost: a pass over `data` and one over the headers of the pools.
  ObjectAllocator(const ObjectReader& reader, std::span<const StaticData> data);

  [[nodiscard]] const std::vector<AllocatorArena>& arenas() const { return arenas_; }

  [[nodiscard]] const std::vector<AllocatorPool>& pools() const { return pools_; }

  [[nodiscard]] std::uint64_t arena_size() const { return reader_.layout().allocator.arena_size; }

  [[nodiscard]] std::uint64_t pool_size() const { return reader_.layout().allocator.pool_size; }

  /// The addresses of the pool's allocated blocks, ascending, in place of what `blocks` had; none
  /// when the pool was caught in the middle of a change.
  void allocated_blocks(const AllocatorPool& pool, std::vector<std::uint64_t>& blocks) const;

 private:
  void read_if_table(std::uint64_t table);
  [[nodiscard]] bool is_table(std::uint64_t table) const;
  void read_table(std::uint64_t table);
  void read_pools(std::uint64_t first, std::uint64_t end, std::uint32_t arena);

  const ObjectReader& reader_;
  std::vector<std::uint64_t> tables_;
  std::vector<AllocatorArena> arenas_;
  std::vector<AllocatorPool> pools_;
};

}  // namespace heapscan::dump::cpython
