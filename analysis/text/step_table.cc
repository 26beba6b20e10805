#include "analysis/text/step_table.h"

#include <utility>

namespace heapscan::analysis {
namespace {

constexpr std::size_t kFewest = 64;

std::size_t hash(const StepTable::Step& step) {
  // The multipliers are odd and without a pattern: those of splitmix64.
  std::uint64_t hash = (std::uint64_t{step.parent} << 32U | step.label) * 0xBF58476D1CE4E5B9U;
  hash ^= hash >> 31U;
  hash = (hash + step.type) * 0x94D049BB133111EBU;
  return hash ^ (hash >> 29U);
}

}  // namespace

std::uint32_t& StepTable::operator[](const Step& step) {
  if ((taken_ + 1) * 4 > places_.size() * 3) {
    grow();
  }
  Place& place = places_[place_of(step)];
  if (place.node == kNone) {
    place.step = step;
    ++taken_;
  }
  return place.node;
}

std::size_t StepTable::place_of(const Step& step) const {
  const std::size_t mask = places_.size() - 1;
  std::size_t place = hash(step) & mask;
  while (places_[place].node != kNone && places_[place].step != step) {
    place = (place + 1) & mask;
  }
  return place;
}

void StepTable::grow() {
  std::vector<Place> old(places_.empty() ? kFewest : places_.size() * 2);
  old.swap(places_);
  for (const Place& place : old) {
    if (place.node != kNone) {
      places_[place_of(place.step)] = place;
    }
  }
}

}  // namespace heapscan::analysis
