#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "dump/cpython/interpreter/object_allocator.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/type_table.h"

namespace heapscan::dump::cpython {

/// A line of the program that allocated memory.
struct TracedLine {
  Address file;  ///< A str object.
  std::uint32_t line = 0;

  friend bool operator==(const TracedLine&, const TracedLine&) = default;
};

/// What the interpreter's module tracemalloc records while it traces: where each block of memory
/// was allocated, by the innermost line of Python code (Modules/_tracemalloc.c).
///
/// Its tables are static variables without symbols in stripped programs. They are found by their
/// structure: a variable that points to a hash table of addresses, each in the bucket of its hash,
/// with traces that have strings as file names.
class AllocationTraces {
 public:
  /// Searches the words of `data`, those of the interpreter itself first. `types` distinguishes
  /// strings from other objects. Cost: a pass over the first `data`, and one over the traces.
  AllocationTraces(const ObjectReader& reader, TypeTable& types, std::span<const StaticData> data);

  /// True if the program does not trace.
  [[nodiscard]] bool empty() const { return lines_.empty(); }

  /// Where the block at this address was allocated.
  [[nodiscard]] std::optional<TracedLine> find(Address block) const;

 private:
  struct Table {
    std::uint64_t entries = 0;
    Address buckets;
    std::uint64_t bucket_count = 0;
  };

  [[nodiscard]] std::optional<Table> table_at(Address address) const;
  [[nodiscard]] std::optional<TracedLine> trace_of(Address entry) const;
  [[nodiscard]] bool is_text(Address object, TypeTable& types) const;
  [[nodiscard]] bool has_traces(const Table& table, TypeTable& types) const;
  void read(const Table& table);

  const ObjectReader& reader_;
  std::unordered_map<Address, TracedLine> lines_;
};

}  // namespace heapscan::dump::cpython
