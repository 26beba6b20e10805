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
/// The top node is above all roots and has no objects. The node kUnreachable, below it, has all
/// objects to which no path leads. Chains and trees of one shape fold into one node, so the size of
/// the tree does not depend on how deep a structure is.
///
/// A key of a mapping is grouped below the value that it maps to, "key of Session", if the path to
/// that value goes through the same entry: a leaked entry leaks its key too.
class HolderTree {
 public:
  static constexpr NodeId kUnreachable{1};
  /// The label of a node for holders that are too small for nodes of their own.
  static constexpr std::string_view kSmallHolders = "[small holders]";

  struct Node {
    std::uint64_t objects = 0;  ///< At this node itself, not below it.
    std::uint64_t size = 0;     ///< Their shallow bytes.
  };

  /// Has only the nodes 0 and kUnreachable, without objects.
  HolderTree();

  /// Cost: one pass over the objects in the order of the forest; 4 bytes for each object while it
  /// runs.
  HolderTree(const Heap& heap, const PathForest& paths);

  /// The same, and stores for each object the node where it is counted.
  HolderTree(const Heap& heap, const PathForest& paths, std::vector<NodeId>& node_of_object);

  /// The node below `parent`, added if it does not exist.
  NodeId add(NodeId parent, std::string_view label, LabelForm form, std::string_view type);

  void count(NodeId node, std::uint64_t objects, std::uint64_t size) {
    nodes_[node.value()].objects += objects;
    nodes_[node.value()].size += size;
  }

  /// For each node the bytes at it and below it.
  [[nodiscard]] std::vector<std::uint64_t> sizes_with_below() const;

  /// The tree without nodes that have fewer bytes than `least` at and below them. Their objects are
  /// counted at a node kSmallHolders below the last node that is kept.
  [[nodiscard]] HolderTree without_small(std::uint64_t least) const;

  [[nodiscard]] const Node& node(NodeId id) const { return nodes_[id.value()]; }

  /// The nodes by their ids, as in steps(): parents before children.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  [[nodiscard]] dump::IndexRange<NodeId> node_ids() const { return steps_.node_ids(); }

  /// The step that leads to the node: "[*] Session". Steps from one parent differ in label or type.
  [[nodiscard]] std::string step(NodeId node) const { return steps_.step_text(node); }

  /// The steps from the root to the node: the path signature of its objects.
  [[nodiscard]] std::string signature(NodeId node) const { return steps_.text(node); }

  /// The labels and types of the steps: the same nodes as nodes().
  [[nodiscard]] const SignatureTree& steps() const { return steps_; }

 private:
  void group(const Heap& heap, const PathForest& paths, std::vector<NodeId>& node_of);

  /// Adds a node for each step that has none so far.
  void add_new_steps() { nodes_.resize(steps_.nodes().size()); }

  SignatureTree steps_;
  std::vector<Node> nodes_;
};

/// For each object of a heap the node of a tree where it is counted. Borrows both.
struct GroupedObjects {
  const HolderTree& tree;
  const std::vector<NodeId>& node_of_object;
};

}  // namespace heapscan::analysis
