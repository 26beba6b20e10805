#pragma once

#include <cstddef>
#include <cstdint>

#include "dump/runtime/objects/object_header.h"

namespace heapscan::dump::runtime {

struct TableEntry {
  std::int64_t hash = 0;
  Object* key = nullptr;    ///< nullptr: deleted.
  Object* value = nullptr;  ///< nullptr in sets.
};

// clang-format off
/// The compact hash table of a dict or set: entries in insertion order, preceded by an
/// open-addressing index of their rows, in the narrowest integers that fit (1, 2 or 4 bytes).
///
///     | Table    | index                        | entries                             |
///     | 32 bytes | 1 << log2_size rows of 1, 2  | capacity() entries of 24 bytes,     |
///     |          | or 4 bytes each              | the first entry_count are filled    |
// clang-format on
struct Table {
  std::uint64_t log2_size = 0;
  std::uint64_t entry_count = 0;  ///< Including deleted ones.
  std::uint64_t reserved[2] = {0, 0};

  [[nodiscard]] std::size_t index_size() const { return std::size_t{1} << log2_size; }

  /// How many entries there is room for: two thirds of the index.
  [[nodiscard]] std::size_t capacity() const { return (index_size() << 1U) / 3; }

  [[nodiscard]] std::size_t index_bytes() const {
    return index_size() << (log2_size < 8 ? 0U : log2_size < 16 ? 1U : 2U);
  }

  [[nodiscard]] std::size_t bytes() const {
    return sizeof(Table) + index_bytes() + capacity() * sizeof(TableEntry);
  }

  [[nodiscard]] TableEntry* entries() {
    return reinterpret_cast<TableEntry*>(reinterpret_cast<std::byte*>(this + 1) + index_bytes());
  }

  [[nodiscard]] const TableEntry* entries() const {
    return reinterpret_cast<const TableEntry*>(reinterpret_cast<const std::byte*>(this + 1) +
                                               index_bytes());
  }
};

static_assert(sizeof(Table) == 32);

}  // namespace heapscan::dump::runtime
