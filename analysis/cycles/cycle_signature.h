#pragma once

#include <compare>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Names the cycles of one heap by their types and reference names: "A .b > B .a > A".
///
/// A signature is the same for all cycles of the same structure, whatever their size and the order
/// of their objects: a ring of three nodes and one of five are both "Node .next > Node".
/// cycle_signature.cc describes the algorithm. The heap must outlive it.
class CycleSignatures {
 public:
  explicit CycleSignatures(const dump::Heap& heap);

  /// The signature of a strongly connected component. Requires: `inner` are the references between
  /// its members, at least one. Cost: a sort of the different kinds of references in it; the text
  /// is composed once for all cycles that have the same kinds.
  [[nodiscard]] std::string of(const std::vector<dump::Referrer>& inner);

 private:
  /// A kind of reference: the type that it leaves, its label, the type that it leads to.
  struct Step {
    TypeNameId source;
    LabelId label;
    TypeNameId target;

    friend auto operator<=>(const Step&, const Step&) = default;
  };

  using OwnerTypes = std::unordered_map<dump::ObjectId, TypeNameId>;

  [[nodiscard]] OwnerTypes owners_of_attributes(const std::vector<dump::Referrer>& inner);
  [[nodiscard]] std::vector<Step> different_steps(const std::vector<dump::Referrer>& inner);
  [[nodiscard]] std::string spell(const std::vector<Step>& steps) const;

  const dump::Heap& heap_;
  SignatureTree tree_;  // For its tables of labels and types.
  SignatureSteps steps_;
  LabelId attribute_element_;  // The label ".__dict__[*]".
  std::map<std::vector<Step>, std::string> texts_;
};

}  // namespace heapscan::analysis
