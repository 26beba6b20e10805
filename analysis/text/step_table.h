#pragma once

#include <cstddef>
#include <vector>

#include "analysis/text/signature_ids.h"

namespace heapscan::analysis {

/// Which node a step of a SignatureTree leads to: a hash table with open addressing, in which a
/// look-up costs one cache miss instead of the three of std::unordered_map. A large heap has
/// millions of steps.
///
/// Cost: 16 bytes for each slot; at most three quarters of the slots are taken.
class StepTable {
 public:
  struct Step {
    NodeId parent;
    LabelId label;
    TypeNameId type;

    friend bool operator==(const Step&, const Step&) = default;
  };

  /// The node of the step, or none.
  [[nodiscard]] NodeId find(const Step& step) const {
    return slots_.empty() ? NodeId::none() : slots_[slot_of(step)].node;
  }

  /// The node of the step. If there is none yet, a slot for one that the caller must fill in before
  /// the next call.
  [[nodiscard]] NodeId& operator[](const Step& step);

 private:
  struct Slot {
    Step step;
    NodeId node;  // None in a free slot.
  };

  /// The slot of the step, or the free one where it would be.
  [[nodiscard]] std::size_t slot_of(const Step& step) const;
  void grow();

  std::vector<Slot> slots_;  // A power of two, or none.
  std::size_t taken_ = 0;
};

}  // namespace heapscan::analysis
