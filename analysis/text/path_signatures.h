#pragma once

#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Path signatures of objects of one forest, in one tree: each step of a path is processed once,
/// however many objects are beyond it. The heap and the forest must outlive it.
/// Cost: 4 bytes for each object of the heap.
class PathSignatures {
 public:
  PathSignatures(const Heap& heap, const PathForest& paths)
      : paths_(paths), steps_(heap, tree_), node_of_object_(heap.object_count()) {}

  PathSignatures(const PathSignatures&) = delete;
  PathSignatures(PathSignatures&&) = delete;
  PathSignatures& operator=(const PathSignatures&) = delete;
  PathSignatures& operator=(PathSignatures&&) = delete;
  ~PathSignatures() = default;

  /// The node of the object's path: the same for the same signature. Requires: the forest reaches
  /// the object. Cost: the steps of its path that no earlier call has followed.
  NodeId node(ObjectId id);

  /// "module shop.cache > ._SESSIONS > dict[*] > Session". Requires: as node().
  [[nodiscard]] std::string text(ObjectId id) { return tree_.text(node(id)); }

  [[nodiscard]] const SignatureTree& tree() const { return tree_; }

 private:
  const PathForest& paths_;
  SignatureTree tree_;
  SignatureSteps steps_;
  std::vector<NodeId> node_of_object_;  // None if it is not known yet.
  std::vector<ObjectId> pending_;       // Of one call.
};

}  // namespace heapscan::analysis
