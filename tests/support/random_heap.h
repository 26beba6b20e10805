#pragma once

#include <cstdint>
#include <random>

#include "dump/heap.h"

namespace heapscan::tests {

/// Numbers that are the same on every machine for one seed; the distributions of the standard
/// library are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// A number from 0 to limit - 1. Requires: limit > 0.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((engine_() >> 32U) * limit) >> 32U);
  }

  /// True in `percent` of 100 throws.
  bool chance(std::uint32_t percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

/// How many rows of each kind a random heap has.
struct RandomShape {
  std::uint32_t objects = 0;
  std::uint32_t references = 0;  ///< Self references and parallel ones included, as they fall.
  std::uint32_t roots = 0;       ///< One object may get several.
  std::uint32_t types = 3;       ///< Two of them share a name when there are more than two.
};

/// References between objects that are drawn independently: every shape of a small graph turns up
/// sooner or later.
[[nodiscard]] dump::Heap random_heap(std::uint64_t seed, const RandomShape& shape);

}  // namespace heapscan::tests
