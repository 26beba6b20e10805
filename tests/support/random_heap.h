#pragma once

#include <cstdint>
#include <random>

#include "dump/heap.h"

namespace heapscan::tests {

/// Random numbers that depend only on the seed, not on the machine, unlike those of the
/// distributions in the standard library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// A number from 0 to limit - 1. Requires: limit > 0.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((engine_() >> 32U) * limit) >> 32U);
  }

  /// True with a probability of `percent` in 100.
  bool chance(std::uint32_t percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

/// How many items of each kind a random heap has.
struct RandomShape {
  std::uint32_t objects = 0;
  std::uint32_t references = 0;  ///< Including self references and parallel ones.
  std::uint32_t roots = 0;       ///< An object may have several.
  std::uint32_t types = 3;       ///< If there are more than two, two of them share a name.
};

/// A heap whose references connect objects drawn independently, so that every shape of a small
/// graph turns up sooner or later.
[[nodiscard]] dump::Heap random_heap(std::uint64_t seed, const RandomShape& shape);

}  // namespace heapscan::tests
