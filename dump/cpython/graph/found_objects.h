#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dump/cpython/graph/object_index.h"
#include "dump/cpython/objects/model/table_owners.h"
#include "dump/cpython/target/address.h"
#include "dump/cpython/target/memory_image.h"

namespace heapscan::dump::cpython {

/// The objects in the image of a program, and what was learned while finding them.
struct FoundObjects {
  /// None yet. `image` must outlive them.
  explicit FoundObjects(const MemoryImage& image) : objects(image) {}

  ObjectIndex objects;  ///< Numbered.
  /// Objects that nothing refers to, found only in the allocator's blocks.
  std::unordered_set<Address> unreferenced;
  /// The interpreters' tables of interned strings, whose references are not counted.
  std::vector<Address> interned_tables;
  /// For a capture without values: the keys in the dicts of modules, classes and instances, which
  /// are names from the source code. A path without them would say nothing.
  std::unordered_set<Address> variable_names;
  /// For each tuple that is a closure, the code of its function.
  std::unordered_map<Address, Address> code_of_closure;
  TableOwners table_owners;
  /// Pointers that lead to no object, in places where an object is required.
  std::int64_t bad_references = 0;

  [[nodiscard]] bool is_interned_table(Address object) const {
    return std::find(interned_tables.begin(), interned_tables.end(), object) !=
           interned_tables.end();
  }
};

}  // namespace heapscan::dump::cpython
