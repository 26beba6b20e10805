#include "analysis/text/step_table.h"

#include <cstdint>

namespace heapscan::analysis {
namespace {

constexpr std::size_t kFewestSlots = 64;

std::size_t hash(const StepTable::Step& step) {
  // The multipliers are those of splitmix64: odd, without a pattern.
  std::uint64_t hash =
      (std::uint64_t{step.parent.value()} << 32U | step.label.value()) * 0xBF58476D1CE4E5B9U;
  hash ^= hash >> 31U;
  hash = (hash + step.type.value()) * 0x94D049BB133111EBU;
  return hash ^ (hash >> 29U);
}

}  // namespace

NodeId& StepTable::operator[](const Step& step) {
  if ((taken_ + 1) * 4 > slots_.size() * 3) {
    grow();
  }
  Slot& slot = slots_[slot_of(step)];
  if (!slot.node.has_value()) {
    slot.step = step;
    ++taken_;
  }
  return slot.node;
}

std::size_t StepTable::slot_of(const Step& step) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash(step) & mask;
  while (slots_[slot].node.has_value() && slots_[slot].step != step) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void StepTable::grow() {
  std::vector<Slot> old(slots_.empty() ? kFewestSlots : slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.node.has_value()) {
      slots_[slot_of(slot.step)] = slot;
    }
  }
}

}  // namespace heapscan::analysis
