#pragma once

#include <cstdint>

#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/table_layout.h"
#include "dump/runtime/types/values.h"

namespace heapscan::dump::runtime {

/// A key with its hash. Throws Error(kUsage) for an unhashable key.
struct TableKey {
  explicit TableKey(Object* key) : object(key), hash(hash_of(key)) {}

  Object* object;
  std::int64_t hash;
};

/// The entry with an equal key; nullptr if there is none.
[[nodiscard]] TableEntry* find_entry(TableObject* object, const TableKey& key);

/// Appends a new key with a value (nullptr in sets), and takes a reference to both.
/// Requires: no entry has an equal key. Throws std::bad_alloc, leaving the table unchanged.
void insert_entry(TableObject* object, const TableKey& key, Object* value);

/// Removes the entry and passes its references to the caller.
[[nodiscard]] TableEntry take_entry(TableObject* object, TableEntry* entry);

}  // namespace heapscan::dump::runtime
