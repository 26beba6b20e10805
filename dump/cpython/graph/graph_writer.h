#pragma once

#include <cstdint>
#include <vector>

#include "dump/cpython/graph/found_objects.h"
#include "dump/cpython/interpreter/allocation_traces.h"
#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/type_table.h"
#include "dump/cpython/target/static_data.h"
#include "dump/heap_builder.h"

namespace heapscan::dump::cpython {

/// Writes the objects that were found to a HeapBuilder, in the order of their addresses. Call each
/// step once, in the order of declaration.
class GraphWriter {
 public:
  /// All arguments must outlive the writer.
  GraphWriter(const ObjectReader& reader,
              TypeTable& types,
              const FoundObjects& found,
              HeapBuilder& heap);

  /// Writes types and objects. `values`: whether previews of values are kept; names of variables
  /// and attributes always are.
  void write_objects(const std::vector<TrackedObject>& tracked, bool values);

  /// Writes where objects were allocated.
  void write_sites(const AllocationTraces& traces);

  void write_references();

  /// Returns the roots that were not written because they are only possible: see
  /// with_native_roots(). They include what the static variables in `data` point to.
  [[nodiscard]] std::vector<Root> write_roots(const std::vector<FoundRoot>& roots,
                                              const std::vector<StaticData>& data);

 private:
  void write_object(Address address, bool values);
  void write_interned_tables();
  void add_roots_in_static_data(const std::vector<StaticData>& data, std::vector<Root>& possible);
  [[nodiscard]] ObjectFlags object_flags(Address address, const TypeInfo& type) const;
  [[nodiscard]] const TypeInfo* type_of(Address object);

  const ObjectReader& reader_;
  TypeTable& types_;
  const FoundObjects& found_;
  HeapBuilder& heap_;
  std::vector<TypeId> type_rows_;          // By TypeInfo::row.
  std::vector<std::uint8_t> generations_;  // Of tracked objects, by row; others have kUntracked.
};

}  // namespace heapscan::dump::cpython
