#include "analysis/paths/path_tree.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "analysis/text/path_signatures.h"

namespace heapscan::analysis {
namespace {

/// The sums of what is below go into those above, which have smaller numbers.
void add_up(const SignatureTree& tree, std::vector<PathTree::Sum>& sums) {
  sums.resize(tree.nodes().size());
  for (std::size_t node = sums.size() - 1; node > 0; --node) {
    PathTree::Sum& above = sums[tree.nodes()[node].parent];
    above.objects += sums[node].objects;
    above.size += sums[node].size;
  }
}

/// The nodes that have objects, below their parents: those of node n are rows [begin[n],
/// begin[n + 1]).
struct Children {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> rows;

  Children(const SignatureTree& tree, const std::vector<PathTree::Sum>& sums)
      : begin(sums.size() + 1) {
    for (std::size_t node = 1; node < sums.size(); ++node) {
      begin[tree.nodes()[node].parent] += sums[node].objects > 0 ? 1U : 0U;
    }
    // begin[n] is moved to the end of n's rows and counted down to their begin.
    std::uint32_t end = 0;
    for (std::uint32_t& row : begin) {
      end += row;
      row = end;
    }
    rows.resize(end);
    for (std::uint32_t node = 1; node < sums.size(); ++node) {
      if (sums[node].objects > 0) {
        rows[--begin[tree.nodes()[node].parent]] = node;
      }
    }
  }

  [[nodiscard]] std::span<std::uint32_t> of(std::uint32_t node) {
    return std::span(rows).subspan(begin[node], begin[node + std::size_t{1}] - begin[node]);
  }
};

}  // namespace

/// Children are put on the stack with those last that come first.
void PathTree::lay_out(const SignatureTree& tree, const std::vector<Sum>& sums) {
  Children children(tree, sums);
  std::vector<std::uint32_t> to_do = {SignatureTree::kTop};
  while (!to_do.empty()) {
    const std::uint32_t node = to_do.back();
    to_do.pop_back();
    if (node != SignatureTree::kTop) {
      nodes_.push_back({tree.step_text(node), tree.nodes()[node].depth - 1, sums[node].objects,
                        sums[node].size, sums[node].ends_here});
    }
    const std::span<std::uint32_t> below = children.of(node);
    std::sort(below.begin(), below.end(), [&](std::uint32_t a, std::uint32_t b) {
      return sums[a].objects != sums[b].objects ? sums[a].objects < sums[b].objects
                                                : tree.step_text(b) < tree.step_text(a);
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
    const std::uint32_t node = signatures.node(id);
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
