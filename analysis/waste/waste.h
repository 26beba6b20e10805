#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Ways to hold the same in fewer bytes.
enum class WasteKind : std::uint8_t {
  kDuplicateText,   ///< str and bytes of equal value: one of them would do (sys.intern).
  kDuplicateTuple,  ///< Tuples of equal items: one of them would do.
  kInstanceDict,    ///< Instances of plain classes: __slots__ would do without their dicts.
  kNumberList,      ///< Lists of ints or floats: array.array would hold the numbers themselves.
  kSparseDict,      ///< Dicts that were larger once: a dict built anew has a smaller table.
  kSpareRoom,       ///< Lists with room for more items: a copy has none.
  kEmptyContainer,  ///< Many containers without an item: None would do until there is one.
};

inline constexpr unsigned kWasteKinds = 7;

/// "duplicate text", ...: the word used in output and JSON.
[[nodiscard]] std::string_view to_string(WasteKind kind);

/// Objects of one type that waste in one way and are held in one way.
struct WasteRow {
  WasteKind kind = WasteKind::kDuplicateText;
  std::string type;
  std::string place;          ///< The path signature.
  std::uint64_t objects = 0;  ///< That would go away, or become smaller.
  std::uint64_t saved = 0;    ///< Bytes that they would take less, in all.
  dump::ObjectId example;     ///< The first of them.

  friend bool operator==(const WasteRow&, const WasteRow&) = default;
};

/// What mending would save. No byte is counted in two rows.
struct Waste {
  struct Total {
    std::uint64_t objects = 0;
    std::uint64_t saved = 0;
  };

  std::vector<WasteRow> rows;  ///< By descending `saved`, then kind, type and place.
  std::vector<Total> by_kind;  ///< A row for each WasteKind: the sums of its rows.
  Total total;                 ///< The sum of all rows.
  bool has_hashes = false;     ///< Whether duplicates could be looked for.
  bool knows_sizes = false;    ///< Whether the layout is known, without which only duplicates and
                               ///< empty containers can be found.
};

/// Everything reachable that wastes memory. Each figure is exact for a complete dump, or a lower
/// bound where a member of WasteKind says so in its file, waste_*.cc.
/// Cost: some passes over the objects and references, and sorting the texts and tuples; 10 bytes
/// for each object beyond the paths, 16 for each text and about 60 for each tuple.
[[nodiscard]] Waste find_waste(const dump::Heap& heap, const PathForest& paths);

}  // namespace heapscan::analysis
