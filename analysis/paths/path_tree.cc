#include "analysis/paths/path_tree.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "analysis/text/path_signatures.h"

namespace heapscan::analysis {
namespace {

/// Adds the sums of each node to its parent, which has a smaller id.
void add_up(const SignatureTree& tree, std::vector<PathTree::Sum>& sums) {
  sums.resize(tree.nodes().size());
  for (std::size_t node = sums.size() - 1; node > 0; --node) {
    PathTree::Sum& above = sums[tree.nodes()[node].parent.value()];
    above.objects += sums[node].objects;
    above.size += sums[node].size;
  }
}

/// The children that have objects, grouped by parent: those of node n are rows [begin[n],
/// begin[n + 1]).
struct Children {
  std::vector<std::uint32_t> begin;
  std::vector<NodeId> rows;

  Children(const SignatureTree& tree, const std::vector<PathTree::Sum>& sums)
      : begin(sums.size() + 1) {
    for (std::size_t node = 1; node < sums.size(); ++node) {
      begin[tree.nodes()[node].parent.value()] += sums[node].objects > 0 ? 1U : 0U;
    }
    // begin[n] is set to the end of n's rows and counted down to their beginning.
    std::uint32_t end = 0;
    for (std::uint32_t& row : begin) {
      end += row;
      row = end;
    }
    rows.resize(end);
    for (std::uint32_t node = 1; node < sums.size(); ++node) {
      if (sums[node].objects > 0) {
        rows[--begin[tree.nodes()[node].parent.value()]] = NodeId(node);
      }
    }
  }

  [[nodiscard]] std::span<NodeId> of(NodeId parent) {
    const std::size_t node = parent.value();
    return std::span(rows).subspan(begin[node], begin[node + 1] - begin[node]);
  }
};

}  // namespace

/// Children are pushed on the stack in reverse, so that the first is popped first.
void PathTree::lay_out(const SignatureTree& tree, const std::vector<Sum>& sums) {
  Children children(tree, sums);
  std::vector<NodeId> to_do = {SignatureTree::kTop};
  while (!to_do.empty()) {
    const NodeId node = to_do.back();
    to_do.pop_back();
    if (node != SignatureTree::kTop) {
      const Sum& sum = sums[node.value()];
      nodes_.push_back(
          {tree.step_text(node), tree.node(node).depth - 1, sum.objects, sum.size, sum.ends_here});
    }
    const std::span<NodeId> below = children.of(node);
    std::sort(below.begin(), below.end(), [&](NodeId a, NodeId b) {
      const std::uint64_t objects_a = sums[a.value()].objects;
      const std::uint64_t objects_b = sums[b.value()].objects;
      return objects_a != objects_b ? objects_a < objects_b : tree.step_text(b) < tree.step_text(a);
    });
    to_do.insert(to_do.end(), below.begin(), below.end());
  }
}

PathTree::PathTree(const Heap& heap,
                   const PathForest& paths,
                   const std::vector<ObjectId>& objects) {
  PathSignatures signatures(heap, paths);
  std::vector<Sum> sums;
  for (const ObjectId id : objects) {
    if (!paths.reached(id)) {
      ++unreachable_;
      unreachable_size_ += heap.size(id);
      continue;
    }
    const std::size_t node = signatures.node(id).value();
    if (node >= sums.size()) {
      sums.resize(signatures.tree().nodes().size());
    }
    ++sums[node].ends_here;
    ++sums[node].objects;
    sums[node].size += heap.size(id);
  }
  add_up(signatures.tree(), sums);
  lay_out(signatures.tree(), sums);
}

}  // namespace heapscan::analysis
