#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Path signatures of objects of one forest, in one tree: what paths have in common is looked at
/// once. The heap and the forest must outlive it. 4 bytes for each object of the heap.
class PathSignatures {
 public:
  PathSignatures(const Heap& heap, const PathForest& paths)
      : paths_(paths), steps_(heap, tree_), known_(heap.object_count(), kUnknown) {}

  PathSignatures(const PathSignatures&) = delete;
  PathSignatures(PathSignatures&&) = delete;
  PathSignatures& operator=(const PathSignatures&) = delete;
  PathSignatures& operator=(PathSignatures&&) = delete;
  ~PathSignatures() = default;

  /// The node of the object's path. Requires: the forest reaches it.
  std::uint32_t node(ObjectId id);

  [[nodiscard]] std::string text(ObjectId id) { return tree_.text(node(id)); }

  [[nodiscard]] const SignatureTree& tree() const { return tree_; }

 private:
  static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();

  const PathForest& paths_;
  SignatureTree tree_;
  SignatureSteps steps_;
  std::vector<std::uint32_t> known_;  // For each object its node, or kUnknown.
};

}  // namespace heapscan::analysis
