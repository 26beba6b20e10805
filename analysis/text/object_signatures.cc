#include "analysis/text/object_signatures.h"

namespace heapscan::analysis {

ObjectSignatures::ObjectSignatures(const Heap& heap, const PathForest& paths)
    : paths_(paths),
      steps_(heap, tree_),
      node_of_object_(heap.object_count(), SignatureTree::kTop) {}

std::uint32_t ObjectSignatures::of(ObjectId id) {
  while (node_of_object_[id.value()] == SignatureTree::kTop) {
    const Referrer parent = paths_.parent(id);
    if (!parent.source.has_value()) {
      node_of_object_[id.value()] = steps_.enter(paths_.root(id));
      break;
    }
    pending_.push_back(id);
    id = parent.source;
  }
  std::uint32_t node = node_of_object_[id.value()];
  for (; !pending_.empty(); pending_.pop_back()) {
    node = steps_.follow(node, paths_.parent(pending_.back()));
    node_of_object_[pending_.back().value()] = node;
  }
  return node;
}

}  // namespace heapscan::analysis
