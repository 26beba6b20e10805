#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/paths.h"
#include "analysis/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The objects of a heap grouped by the signature of their shortest path: a tree whose nodes are
/// steps without addresses, positions and keys ("module shop.cache", "._SESSIONS dict",
/// "[*] Session"). Two dumps are compared node by node.
///
/// Node 0 is above all roots and has no objects. Node kUnreachable, below it, has all objects that
/// no path leads to. Chains and trees of one shape fold into one node, so the tree's size does not
/// depend on how deep a structure is.
///
/// A key of a mapping is grouped below the value that it leads to, "key of Session", where the path
/// to that value goes through the same entry: an entry that leaks takes its key with it.
class HolderTree {
 public:
  static constexpr std::uint32_t kUnreachable = 1;

  struct Node {
    std::uint32_t parent = 0;
    std::uint64_t objects = 0;  ///< At this node itself, without those below.
    std::uint64_t size = 0;     ///< Their shallow bytes.
  };

  /// Cost: one pass over the objects in the order of the forest; 4 bytes for each object while it
  /// runs.
  HolderTree(const Heap& heap, const PathForest& paths);

  /// Parents before children.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  /// The step that leads to the node: "[*] Session". Steps of one parent differ in label or type.
  [[nodiscard]] std::string step(std::uint32_t node) const { return steps_.step_text(node); }

  /// The steps from the root to the node: the path signature of its objects.
  [[nodiscard]] std::string signature(std::uint32_t node) const { return steps_.text(node); }

  /// The labels and types of the steps: the same nodes as nodes().
  [[nodiscard]] const SignatureTree& steps() const { return steps_; }

 private:
  SignatureTree steps_;
  std::vector<Node> nodes_;
};

}  // namespace heapscan::analysis
