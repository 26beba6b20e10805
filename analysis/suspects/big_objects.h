#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "analysis/graph/object_set.h"
#include "analysis/graph/paths.h"
#include "analysis/suspects/owner_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The objects of a owner tree that keep at least a threshold: the top of the tree, small enough
/// to look at closely. Owners stand before what they keep.
class BigObjects {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  struct Row {
    ObjectId id;
    std::uint32_t owner = kNone;     ///< Its row, or kNone.
    std::uint32_t big_children = 0;  ///< Big objects that it is the owner of.
    std::uint64_t rest = 0;          ///< What it keeps and no big object below it does.
  };

  /// Cost: one pass over the kept sizes and one over the order of the forest; a bit for each
  /// object.
  BigObjects(const Heap& heap,
             const PathForest& paths,
             const OwnerTree& owners,
             std::uint64_t threshold);

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

  /// The fewest bytes that each of them keeps.
  [[nodiscard]] std::uint64_t threshold() const { return threshold_; }

  [[nodiscard]] bool contains(ObjectId id) const { return big_.contains(id); }

  /// Requires: contains(id).
  [[nodiscard]] std::uint32_t row(ObjectId id) const { return row_of_.at(id.value()); }

 private:
  std::uint64_t threshold_;
  ObjectSet big_;
  std::unordered_map<std::uint32_t, std::uint32_t> row_of_;  // Of big objects alone.
  std::vector<Row> rows_;
};

/// Big objects each of which keeps the next one and little else, and that together keep much: a
/// linked list.
struct Chain {
  ObjectId holder;  ///< The first of them that is of the most frequent type.
  dump::TypeId type;
  std::vector<std::uint32_t> links;  ///< Rows of BigObjects, from the top.
  std::uint64_t size = 0;            ///< The sum of their rests.
};

/// All chains whose size is at least `threshold`, in the order of their first links. Objects whose
/// own rest is at least that are no links, except where the chain ends; nor are `excluded` ones.
[[nodiscard]] std::vector<Chain> find_chains(const Heap& heap,
                                             const BigObjects& big,
                                             const ObjectSet& excluded,
                                             std::uint64_t threshold);

}  // namespace heapscan::analysis
