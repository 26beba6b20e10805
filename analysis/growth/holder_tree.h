#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/text/signature_tree.h"
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
  /// The label of a node for what was too small for nodes of its own.
  static constexpr std::string_view kSmallHolders = "[small holders]";

  struct Node {
    std::uint64_t objects = 0;  ///< At this node itself, without those below.
    std::uint64_t size = 0;     ///< Their shallow bytes.
  };

  /// Has only the nodes 0 and kUnreachable, without objects.
  HolderTree();

  /// Cost: one pass over the objects in the order of the forest; 4 bytes for each object while it
  /// runs.
  HolderTree(const Heap& heap, const PathForest& paths);

  /// The same, and tells for each object the node that it counts at.
  HolderTree(const Heap& heap, const PathForest& paths, std::vector<std::uint32_t>& node_of_object);

  /// The node below `parent`, made when it is not there. Labels and types are of steps().
  std::uint32_t add(std::uint32_t parent,
                    std::string_view label,
                    LabelForm form,
                    std::string_view type);

  void count(std::uint32_t node, std::uint64_t objects, std::uint64_t size) {
    nodes_[node].objects += objects;
    nodes_[node].size += size;
  }

  /// For each node the bytes at it and below it.
  [[nodiscard]] std::vector<std::uint64_t> sizes_with_below() const;

  /// The tree without nodes that have fewer bytes than `least` at and below them. What they have
  /// counts at a node kSmallHolders below the last one that is kept.
  [[nodiscard]] HolderTree without_small(std::uint64_t least) const;

  /// Parents, which steps() tells, before children.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  /// The step that leads to the node: "[*] Session". Steps of one parent differ in label or type.
  [[nodiscard]] std::string step(std::uint32_t node) const { return steps_.step_text(node); }

  /// The steps from the root to the node: the path signature of its objects.
  [[nodiscard]] std::string signature(std::uint32_t node) const { return steps_.text(node); }

  /// The labels and types of the steps: the same nodes as nodes().
  [[nodiscard]] const SignatureTree& steps() const { return steps_; }

 private:
  void group(const Heap& heap, const PathForest& paths, std::vector<std::uint32_t>& node_of);

  /// Gives a node to each step that has none so far.
  void take_new_steps() { nodes_.resize(steps_.nodes().size()); }

  SignatureTree steps_;
  std::vector<Node> nodes_;
};

/// Which node of a tree each object of a heap counts at.
struct GroupedObjects {
  const HolderTree& tree;
  const std::vector<std::uint32_t>& node_of_object;
};

}  // namespace heapscan::analysis
