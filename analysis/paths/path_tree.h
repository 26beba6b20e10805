#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The paths to many objects, merged into a tree of the steps that they have in common, without
/// addresses, positions and keys.
class PathTree {
 public:
  struct Node {
    std::string step;             ///< "module shop.cache", "._SESSIONS dict", "[*] Session".
    std::uint32_t depth = 0;      ///< 0 for roots.
    std::uint64_t objects = 0;    ///< Of the given ones, at this node and below.
    std::uint64_t size = 0;       ///< Their shallow bytes.
    std::uint64_t ends_here = 0;  ///< Of `objects`, those whose paths end at this node.
  };

  /// The figures of a node.
  struct Sum {
    std::uint64_t objects = 0;
    std::uint64_t size = 0;
    std::uint64_t ends_here = 0;
  };

  /// Cost: a look-up for each object on a path, each once; 4 bytes for each object of the heap.
  PathTree(const Heap& heap, const PathForest& paths, const std::vector<ObjectId>& objects);

  /// A parent is followed by what is below it; of one parent those with more objects come first,
  /// then by step.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  /// Unreachable objects; they are in no node.
  [[nodiscard]] std::uint64_t unreachable() const { return unreachable_; }

  [[nodiscard]] std::uint64_t unreachable_size() const { return unreachable_size_; }

 private:
  void lay_out(const SignatureTree& tree, const std::vector<Sum>& sums);

  std::vector<Node> nodes_;
  std::uint64_t unreachable_ = 0;
  std::uint64_t unreachable_size_ = 0;
};

}  // namespace heapscan::analysis
