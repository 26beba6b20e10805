#include "analysis/text/path_signatures.h"

namespace heapscan::analysis {

std::uint32_t PathSignatures::node(ObjectId id) {
  std::vector<ObjectId> below;
  while (known_[id.value()] == kUnknown && paths_.parent(id).source.has_value()) {
    below.push_back(id);
    id = paths_.parent(id).source;
  }
  std::uint32_t& known = known_[id.value()];
  if (known == kUnknown) {
    known = steps_.enter(paths_.root(id));
  }
  std::uint32_t node = known;
  for (auto next = below.rbegin(); next != below.rend(); ++next) {
    node = steps_.follow(node, paths_.parent(*next));
    known_[next->value()] = node;
  }
  return node;
}

}  // namespace heapscan::analysis
