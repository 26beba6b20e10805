#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/growth/holder_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// A number of objects and their shallow bytes.
struct ObjectSum {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;

  friend bool operator==(const ObjectSum&, const ObjectSum&) = default;
};

/// Which objects were allocated and which were freed between two dumps of one process.
///
/// An object is a survivor if both dumps have one at its address that can be the same: of the same
/// type (by name and by the address of the type), with the same content if its content cannot
/// change, and not in a younger generation of the cycle collector. If memory was reused for an
/// object that meets all of these, it counts as a survivor: the number of new objects is a lower
/// bound.
struct Turnover {
  struct Row {
    std::string key;
    ObjectSum sum;
    std::uint64_t instances = 0;  ///< Of these objects, those that the key names.

    friend bool operator==(const Row&, const Row&) = default;
  };

  /// New objects whose shortest path leaves this survivor.
  struct Owner {
    ObjectId survivor;  ///< In the later heap.
    ObjectSum sum;
    std::uint64_t directly = 0;  ///< Of these objects, those that the survivor refers to.
  };

  ObjectSum survivors;  ///< With the sizes that they have in the later heap.
  ObjectSum fresh;
  ObjectSum freed;
  std::uint64_t reused = 0;  ///< Addresses where one object was freed and another is new.

  // Each list by descending bytes, then objects, then key or address.
  std::vector<Row> fresh_by_type;
  std::vector<Row> freed_by_type;
  /// By path signature, each new object counted at the topmost new object on its path.
  std::vector<Row> fresh_by_holder;
  /// With `unheld` the rows add up to `fresh`.
  std::vector<Owner> owners;
  ObjectSum unheld;  ///< New objects held by roots without a survivor between, or by nothing.
};

/// Requires: both heaps are of one process; `paths` and `holders` are of the later one.
/// turnover.cc describes the algorithm. Cost: one pass over the addresses of both heaps, and one
/// over the paths; 4 bytes for each object of the later heap.
[[nodiscard]] Turnover turnover(const Heap& before,
                                const Heap& after,
                                const PathForest& paths,
                                const GroupedObjects& holders);

}  // namespace heapscan::analysis
