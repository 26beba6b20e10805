#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The path signatures of single objects, each step of a path looked at once however many objects
/// lie behind it. The heap and the paths must outlive it.
class ObjectSignatures {
 public:
  ObjectSignatures(const Heap& heap, const PathForest& paths);

  /// The signature's number: the same for the same signature. Requires: paths.reached(id).
  /// Cost: the steps of the path that no earlier call went along.
  std::uint32_t of(ObjectId id);

  /// "module shop.cache > ._SESSIONS > dict[*] > Session".
  [[nodiscard]] std::string text(std::uint32_t signature) const { return tree_.text(signature); }

 private:
  const PathForest& paths_;
  SignatureTree tree_;
  SignatureSteps steps_;
  std::vector<std::uint32_t> node_of_object_;  // kTop where it is not known yet.
  std::vector<ObjectId> pending_;              // Of one call.
};

}  // namespace heapscan::analysis
