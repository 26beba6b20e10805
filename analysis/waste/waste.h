#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Ways to hold the same contents in less memory.
enum class WasteKind : std::uint8_t {
  kDuplicateText,   ///< Strings of equal value: one is enough (in Python by sys.intern).
  kDuplicateTuple,  ///< Tuples of equal items: one is enough.
  kInstanceDict,    ///< Instances of plain classes: with fixed slots they need no attribute table.
  kNumberList,      ///< Lists of boxed numbers: an array would hold the numbers themselves.
  kSparseDict,      ///< Hash tables that used to be larger: rebuilt, they would be smaller.
  kSpareRoom,       ///< Lists with spare capacity: a copy has none.
  kEmptyContainer,  ///< Many empty containers: they could be created when they get an item.
};

inline constexpr unsigned kWasteKinds = 7;

/// "duplicate text", ...: the word used in output and JSON.
[[nodiscard]] std::string_view to_string(WasteKind kind);

/// Objects of one type that waste memory in one way and are held in one way.
struct WasteRow {
  WasteKind kind = WasteKind::kDuplicateText;
  std::string type;
  std::string place;          ///< The path signature.
  std::uint64_t objects = 0;  ///< Objects that would be freed or become smaller.
  std::uint64_t saved = 0;    ///< Bytes that this would save in total.
  dump::ObjectId example;     ///< The first of these objects.

  friend bool operator==(const WasteRow&, const WasteRow&) = default;
};

/// Avoidable memory. No byte is counted in two rows.
struct Waste {
  struct Total {
    std::uint64_t objects = 0;
    std::uint64_t saved = 0;
  };

  std::vector<WasteRow> rows;  ///< By descending `saved`, then kind, type and place.
  std::vector<Total> by_kind;  ///< A row for each WasteKind: the sums of its rows.
  Total total;                 ///< The sum of all rows.
  bool has_hashes = false;     ///< Whether duplicates could be searched for.
  bool knows_sizes = false;    ///< Whether the sizes of the runtime's objects are known. If not,
                               ///< only duplicates and empty containers can be found.
};

/// Everything reachable that takes more memory than its contents need. Each figure is exact for a
/// complete dump, or a lower bound if the file of its kind, waste_*.cc, says so. What the types
/// are, and how large their objects, is up to the runtime: see analysis/runtimes/.
/// Cost: a few passes over the objects and references, and sorting the strings and tuples; 10 bytes
/// for each object beyond the paths, 16 for each string and about 60 for each tuple.
[[nodiscard]] Waste find_waste(const dump::Heap& heap, const PathForest& paths);

}  // namespace heapscan::analysis
