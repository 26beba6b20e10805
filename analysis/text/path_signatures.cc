#include "analysis/text/path_signatures.h"

namespace heapscan::analysis {

NodeId PathSignatures::node(ObjectId id) {
  while (!node_of_object_[id.value()].has_value()) {
    const Referrer parent = paths_.parent(id);
    if (!parent.source.has_value()) {
      node_of_object_[id.value()] = steps_.enter(paths_.root(id));
      break;
    }
    pending_.push_back(id);
    id = parent.source;
  }
  NodeId node = node_of_object_[id.value()];
  for (; !pending_.empty(); pending_.pop_back()) {
    node = steps_.follow(node, paths_.parent(pending_.back()));
    node_of_object_[pending_.back().value()] = node;
  }
  return node;
}

}  // namespace heapscan::analysis
