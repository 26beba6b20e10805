#pragma once

#include <cstdint>

#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/table_layout.h"
#include "dump/runtime/types/values.h"

namespace heapscan::dump::runtime {

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

}  // namespace heapscan::dump::runtime
