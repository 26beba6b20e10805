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

/// The objects in the image of a program, and what was learned while they were found.
struct FoundObjects {
  /// None yet. `image` must outlive them.
  explicit FoundObjects(const MemoryImage& image) : objects(image) {}

  ObjectIndex objects;  ///< Numbered.
  /// Those that nothing refers to, found in the allocator's blocks only.
  std::unordered_set<Address> unreferenced;
  /// The interpreters' tables of interned strings, whose references do not count.
  std::vector<Address> interned_tables;
  /// Of a capture without values: the keys in the dicts of modules, classes and instances, which
  /// are names in the program's text. A path without them would say nothing.
  std::unordered_set<Address> variable_names;
  /// The code of the function whose closure a tuple is.
  std::unordered_map<Address, Address> code_of_closure;
  TableOwners table_owners;
  /// Pointers to no object, in places where an object must be.
  std::int64_t bad_references = 0;

  [[nodiscard]] bool is_interned_table(Address object) const {
    return std::find(interned_tables.begin(), interned_tables.end(), object) !=
           interned_tables.end();
  }
};

}  // namespace heapscan::dump::cpython
