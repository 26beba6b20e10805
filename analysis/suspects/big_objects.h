#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analysis/graph/object_set.h"
#include "analysis/graph/paths.h"
#include "analysis/suspects/owner_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// A row of BigObjects.
using BigId = dump::Index<struct BigObjectTag>;

/// The objects of an owner tree that keep at least a threshold: the top of the tree, small enough
/// to look at closely. Owners precede what they keep.
class BigObjects {
 public:
  struct Row {
    ObjectId id;
    BigId owner;                     ///< Or none.
    std::uint32_t big_children = 0;  ///< Big objects whose owner it is.
    std::uint64_t rest = 0;          ///< What it keeps, less what big objects below it keep.
  };

  /// Cost: one pass over the kept sizes and one over the order of the forest; a bit for each
  /// object.
  BigObjects(const Heap& heap,
             const PathForest& paths,
             const OwnerTree& owners,
             std::uint64_t threshold);

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

  [[nodiscard]] dump::IndexRange<BigId> ids() const {
    return dump::IndexRange<BigId>(static_cast<std::uint32_t>(rows_.size()));
  }

  [[nodiscard]] const Row& operator[](BigId id) const { return rows_[id.value()]; }

  /// The fewest bytes that each of them keeps.
  [[nodiscard]] std::uint64_t threshold() const { return threshold_; }

  [[nodiscard]] bool contains(ObjectId id) const { return big_.contains(id); }

  /// Requires: contains(id).
  [[nodiscard]] BigId find(ObjectId id) const { return row_of_.at(id); }

 private:
  std::uint64_t threshold_;
  ObjectSet big_;
  std::unordered_map<ObjectId, BigId> row_of_;
  std::vector<Row> rows_;
};

/// Big objects each of which keeps the next one and little else, and that together keep much: a
/// linked list.
struct Chain {
  ObjectId holder;           ///< The first of them that has the most frequent type.
  dump::TypeId type;         ///< That type.
  std::vector<BigId> links;  ///< From the top.
  std::uint64_t size = 0;    ///< The sum of their rests.
};

/// All chains whose size is at least `threshold`, in the order of their first links. Objects whose
/// own rest is at least that are not links, except at the end of a chain; neither are `excluded`
/// ones. Cost: linear in the big objects.
[[nodiscard]] std::vector<Chain> find_chains(const Heap& heap,
                                             const BigObjects& big,
                                             const ObjectSet& excluded,
                                             std::uint64_t threshold);

}  // namespace heapscan::analysis
