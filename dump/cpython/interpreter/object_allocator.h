#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/target/address.h"
#include "dump/cpython/target/static_data.h"

namespace heapscan::dump::cpython {

/// A pool that blocks are allocated from.
struct AllocatorPool {
  Address address;
  std::uint32_t block_size = 0;
  std::uint32_t used_blocks = 0;
};

/// An arena, and the pools in use in it.
struct AllocatorArena {
  Address address;
  std::uint32_t first_pool = 0;  ///< Pools [first_pool, first_pool + pool_count).
  std::uint32_t pool_count = 0;
  std::uint64_t used = 0;  ///< Bytes of allocated blocks.
};

/// The small-object allocator of an interpreter (Objects/obmalloc.c): arenas from the system,
/// divided into pools of blocks of one size each.
///
/// The table of arenas is a static variable without a symbol in stripped programs, so it is found
/// by its structure: a word in the interpreter's own data that points to an array of descriptions,
/// each matching the arena that it describes, whose first pool in turn has the row's number. No
/// other memory looks like that. Since CPython 3.12 interpreter states point to their tables: an
/// interpreter with its own lock has its own table. A program that uses another allocator
/// (PYTHONMALLOC) has none.
class ObjectAllocator {
 public:
  /// Searches the words of `data` and the interpreters. `reader` must outlive the allocator.
  /// Cost: a pass over `data` and one over the headers of the pools.
  ObjectAllocator(const ObjectReader& reader, std::span<const StaticData> data);

  [[nodiscard]] const std::vector<AllocatorArena>& arenas() const { return arenas_; }

  [[nodiscard]] const std::vector<AllocatorPool>& pools() const { return pools_; }

  [[nodiscard]] std::uint64_t arena_size() const { return reader_.layout().allocator.arena_size; }

  [[nodiscard]] std::uint64_t pool_size() const { return reader_.layout().allocator.pool_size; }

  /// The addresses of the pool's allocated blocks, ascending, replacing the contents of `blocks`;
  /// none if the pool was copied in the middle of a change.
  void allocated_blocks(const AllocatorPool& pool, std::vector<Address>& blocks) const;

 private:
  void read_if_table(Address table);
  [[nodiscard]] bool is_table(Address table) const;
  void read_table(Address table);
  void read_pools(Address first, Address end, std::uint32_t arena);

  const ObjectReader& reader_;
  std::vector<Address> tables_;
  std::vector<AllocatorArena> arenas_;
  std::vector<AllocatorPool> pools_;
};

}  // namespace heapscan::dump::cpython
