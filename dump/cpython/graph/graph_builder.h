#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dump/cpython/graph/object_index.h"
#include "dump/cpython/interpreter/allocation_traces.h"
#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/interpreter/object_allocator.h"
#include "dump/cpython/objects/object_reader.h"
#include "dump/cpython/objects/reference_walker.h"
#include "dump/cpython/objects/type_table.h"
#include "dump/heap_builder.h"

namespace heapscan::dump::cpython {

/// Makes the graph of a program's objects out of the image of its memory, in two passes over the
/// objects: the first finds them, from those that the interpreter names along their references; the
/// second, in the order of addresses, writes their rows and references to a HeapBuilder.
///
/// An address is taken for an object only if what is in its place of the type is a type. Pointers
/// that fail this, in places where an object must be, are counted and left out.
class GraphBuilder {
 public:
  /// `data`: static variables of C code, which may hold objects.
  /// `values`: whether previews of values are kept; names of variables and attributes always are.
  /// The arguments must outlive the builder.
  GraphBuilder(const ObjectReader& reader,
               TypeTable& types,
               const std::vector<StaticData>& data,
               bool values);

  /// Objects that are allocated and typed but that nothing of these refers to are found too.
  /// Throws Error(kTarget) when the objects have more references than their memory has room for,
  /// which only damaged memory has.
  void find_objects(const std::vector<TrackedObject>& tracked,
                    const std::vector<FoundRoot>& roots,
                    const ObjectAllocator& allocator);

  /// Requires: find_objects() was called.
  void write(const std::vector<TrackedObject>& tracked,
             const std::vector<FoundRoot>& roots,
             const AllocationTraces& traces,
             HeapBuilder& heap);

  /// Roots that write() left out, as they may be none: see with_native_roots().
  [[nodiscard]] const std::vector<Root>& possible_roots() const { return possible_roots_; }

 private:
  class Finder;
  class Writer;

  /// Adds the object and queues it for its references; false when there is no object.
  bool admit(std::uint64_t address);
  bool admit_if_plausible(std::uint64_t address);
  [[nodiscard]] bool is_plausible(std::uint64_t address, const TypeInfo& type) const;
  /// The object that begins in the block and was not found yet, or 0.
  [[nodiscard]] std::uint64_t object_in_block(std::uint64_t block, std::uint32_t size);
  void find_unreferenced(const ObjectAllocator& allocator);
  void add_roots_in_static_data(HeapBuilder& heap);
  void count_reference();
  void follow();
  void walk(std::uint64_t object, const TypeInfo& type, ReferenceVisitor& visitor) const;
  void add_table_of_interned(std::uint64_t dict);
  [[nodiscard]] bool is_table_of_interned(std::uint64_t object, const TypeInfo& type) const;
  void find_table_owners(const std::vector<TrackedObject>& tracked);
  void collect_variable_names();
  [[nodiscard]] bool keeps_value(std::uint64_t address) const;
  void write_object(std::uint64_t address, HeapBuilder& heap);
  void write_sites(const AllocationTraces& traces, HeapBuilder& heap);
  void write_roots(const std::vector<FoundRoot>& roots, HeapBuilder& heap);
  [[nodiscard]] ObjectFlags object_flags(std::uint64_t address, const TypeInfo& type) const;
  [[nodiscard]] const TypeInfo* type_of(std::uint64_t object);

  const ObjectReader& reader_;
  TypeTable& types_;
  const std::vector<StaticData>& data_;
  TableOwners owners_;
  ReferenceWalker walker_;
  bool values_;
  // Without values: the dicts of modules, classes and instances, whose keys are names of the
  // program's text, and those keys. A path without them would say nothing.
  std::unordered_set<std::uint64_t> namespaces_;
  std::unordered_set<std::uint64_t> variable_names_;
  std::unordered_map<std::uint64_t, std::uint64_t> code_of_closure_;  // The tuples of functions.
  ObjectIndex objects_;
  std::vector<std::uint64_t> pending_;
  std::unordered_set<std::uint64_t> unreferenced_;  // Found in their blocks only.
  std::vector<std::uint64_t> interned_texts_;  // Tables of them, whose references do not count.
  std::vector<TypeId> type_rows_;              // By TypeInfo::row.
  std::vector<std::uint8_t> generations_;  // Of tracked objects, by row; others have kUntracked.
  std::vector<Root> possible_roots_;
  std::int64_t bad_references_ = 0;
  std::uint64_t references_left_ = 0;
};

}  // namespace heapscan::dump::cpython
