#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "dump/cpython/graph/found_objects.h"
#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/interpreter/object_allocator.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/walking.h"
#include "dump/cpython/objects/type_table.h"

namespace heapscan::dump::cpython {

/// Finds the objects in the image of a program's memory: first by following references from those
/// that the interpreter lists, then, in the blocks of the allocator, those that nothing refers to.
///
/// An address is accepted as an object only if its type field points to a type. Pointers that fail
/// this test in places where an object is required are counted and ignored.
class ObjectFinder {
 public:
  /// `values`: whether the values of all objects will be kept; then it does not matter which of
  /// them are names of variables. The other arguments must outlive the finder.
  ObjectFinder(const ObjectReader& reader, TypeTable& types, bool values);

  /// Call once. Throws Error(kTarget) if the objects have more references than fit in their memory,
  /// which happens only in damaged memory.
  [[nodiscard]] FoundObjects find(const std::vector<TrackedObject>& tracked,
                                  const std::vector<FoundRoot>& roots,
                                  const ObjectAllocator& allocator);

 private:
  class Visitor;

  /// Adds the object and queues it so that its references are followed; false if there is no
  /// object.
  bool admit(Address address);
  /// The same for a word that may be anything.
  bool admit_if_plausible(Address address);
  /// The object that starts in the block and was not found yet, or null.
  [[nodiscard]] Address object_in_block(Address block, std::uint32_t size);
  void find_unreferenced(const ObjectAllocator& allocator);
  void count_reference();
  /// Finds what the queued objects refer to, and what that refers to.
  void follow();
  void add_interned_table(Address dict);
  void find_table_owners(const std::vector<TrackedObject>& tracked);
  void collect_variable_names();
  [[nodiscard]] const TypeInfo* type_of(Address object);

  const ObjectReader& reader_;
  TypeTable& types_;
  bool values_;
  FoundObjects found_;
  std::unordered_set<Address> namespaces_;
  std::vector<Address> pending_;
  std::uint64_t references_left_ = 0;
};

}  // namespace heapscan::dump::cpython
