#pragma once

#include <cstddef>
#include <cstdint>

#include "dump/runtime/layouts.h"
#include "dump/runtime/values.h"

namespace heapscan::dump::runtime {

struct TableEntry {
  std::int64_t hash = 0;
  Object* key = nullptr;    ///< nullptr: deleted.
  Object* value = nullptr;  ///< nullptr in sets.
};

/// The compact table of a dict or set: entries in the order of insertion, and before them an open
/// addressed index of rows, in the smallest integers that do (1, 2 or 4 bytes).
///
///     Table | index: 2^log2_size rows | entries: capacity() of them
struct Table {
  std::uint64_t log2_size = 0;
  std::uint64_t entry_count = 0;  ///< Deleted ones included.
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

/// A key, with its hash. Throws Error(kUsage) for one that cannot be hashed.
struct TableKey {
  explicit TableKey(Object* key) : object(key), hash(hash_of(key)) {}

  Object* object;
  std::int64_t hash;
};

/// The entry with an equal key; nullptr when there is none.
[[nodiscard]] TableEntry* find_entry(TableObject* object, const TableKey& key);

/// Puts a key with a value (nullptr in sets) that is not there yet at the end; counts both.
/// Requires: no entry has an equal key. Throws std::bad_alloc, and is then as it was before.
void insert_entry(TableObject* object, const TableKey& key, Object* value);

/// Removes the entry and passes its references to the caller.
[[nodiscard]] TableEntry take_entry(TableObject* object, TableEntry* entry);

/// Gives up all entries.
void clear_table(TableObject* object);

}  // namespace heapscan::dump::runtime
