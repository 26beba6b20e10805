#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analysis/text/signature_steps.h"
#include "analysis/text/signature_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// Spells the cycles of one heap by their types and reference names: "A .b > B .a > A".
///
/// A signature is the same for all cycles that are built alike, whatever their size and the order
/// of their objects: a ring of three nodes and one of five are both "Node .next > Node". See
/// cycle_signature.cc. The heap must outlive it.
class CycleSignatures {
 public:
  explicit CycleSignatures(const dump::Heap& heap);

  /// The signature of a strongly connected component. Requires: `inner` are the references between
  /// its members, at least one. Cost: a sort of the different kinds of references in it; the text
  /// is made once for all cycles that have the same ones.
  [[nodiscard]] std::string of(const std::vector<dump::Referrer>& inner);

 private:
  /// A kind of reference: the type that it leaves, its label, the type that it comes to.
  struct Step {
    std::uint32_t source = 0;
    std::uint32_t label = 0;
    std::uint32_t target = 0;

    friend auto operator<=>(const Step&, const Step&) = default;
  };

  using OwnerTypes = std::unordered_map<dump::ObjectId, std::uint32_t>;

  [[nodiscard]] OwnerTypes owners_of_attributes(const std::vector<dump::Referrer>& inner);
  [[nodiscard]] std::vector<Step> different_steps(const std::vector<dump::Referrer>& inner);
  [[nodiscard]] std::string spell(const std::vector<Step>& steps) const;

  const dump::Heap& heap_;
  SignatureTree tree_;  // For its tables of labels and types.
  SignatureSteps steps_;
  std::uint32_t attributes_;         // The label ".__dict__".
  std::uint32_t attribute_element_;  // The label ".__dict__[*]".
  std::uint32_t dict_;               // The type dict.
  std::map<std::vector<Step>, std::string> texts_;
};

}  // namespace heapscan::analysis
