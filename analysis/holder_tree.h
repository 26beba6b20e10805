#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The objects of a heap grouped by the signature of their shortest path: a tree whose nodes are
/// steps without addresses, positions and keys ("module shop.cache", "._SESSIONS dict",
/// "[*] Session"). Two dumps are compared node by node.
///
/// Node 0 is above all roots. Chains and trees of one shape fold into one node, so the tree's size
/// does not depend on how deep a structure is.
class HolderTree {
 public:
  struct Node {
    std::uint32_t parent = 0;
    std::string step;           ///< Unique among the children of `parent`.
    std::uint64_t objects = 0;  ///< At this node itself, without those below.
    std::uint64_t size = 0;     ///< Their shallow bytes.
  };

  /// Cost: one pass over the objects in the order of the forest.
  HolderTree(const Heap& heap, const PathForest& paths);

  /// Parents before children.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  /// The steps from the root to the node: the path signature of its objects.
  [[nodiscard]] std::string signature(std::uint32_t node) const;

 private:
  std::vector<Node> nodes_;
};

}  // namespace heapscan::analysis
