#include "analysis/path_tree.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "analysis/path_signatures.h"

namespace heapscan::analysis {
namespace {

struct Sum {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  std::uint64_t ends_here = 0;
};

}  // namespace

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
  // Parents have smaller numbers than what is below them.
  const std::vector<SignatureTree::Node>& steps = signatures.tree().nodes();
  sums.resize(steps.size());
  std::vector<std::vector<std::uint32_t>> below(steps.size());
  for (auto node = static_cast<std::uint32_t>(steps.size() - 1); node > 0; --node) {
    const std::uint32_t parent = steps[node].parent;
    sums[parent].objects += sums[node].objects;
    sums[parent].size += sums[node].size;
    if (sums[node].objects > 0) {
      below[parent].push_back(node);
    }
  }
  std::vector<std::uint32_t> to_do = {SignatureTree::kTop};
  while (!to_do.empty()) {
    const std::uint32_t node = to_do.back();
    to_do.pop_back();
    if (node != SignatureTree::kTop) {
      nodes_.push_back({signatures.tree().step_text(node), steps[node].depth - 1,
                        sums[node].objects, sums[node].size, sums[node].ends_here});
    }
    std::vector<std::uint32_t>& children = below[node];
    std::sort(children.begin(), children.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tuple(sums[a].objects, signatures.tree().step_text(b)) <
             std::tuple(sums[b].objects, signatures.tree().step_text(a));
    });
    to_do.insert(to_do.end(), children.begin(), children.end());
  }
}

}  // namespace heapscan::analysis
