#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace heapscan::analysis {

/// How a figure changed over a series of dumps.
enum class Course : std::uint8_t {
  kUnknown,  ///< Fewer than two steps: one change does not predict the next.
  kFlat,     ///< It never changed.
  kSteady,   ///< It never shrank, and it keeps growing: see trend_of().
  kSettled,  ///< It never shrank, but stopped growing: a cache that is full.
  kNoisy,    ///< It went up and down.
};

/// "unknown", "flat", "steady", "settled", "noisy".
[[nodiscard]] std::string_view to_string(Course course);

struct Trend {
  Course course = Course::kUnknown;
  /// The typical change per step: the median of the slopes between all pairs of dumps (Theil-Sen
  /// estimator), rounded. A jump near either end does not distort it.
  std::int64_t slope = 0;
  std::int64_t least_step = 0;  ///< The smallest change of a step; may be negative.
  std::uint32_t growing_steps = 0;

  friend bool operator==(const Trend&, const Trend&) = default;
};

/// The trend of one figure. It is steady if it shrinks in no step, and grows in at least two steps,
/// in half of all steps and in one of the last third. So a container whose table grows in jumps is
/// steady; a cache that reaches its bound is not.
///
/// Cost: the square of the number of values.
[[nodiscard]] Trend trend_of(const std::vector<std::uint64_t>& values);

}  // namespace heapscan::analysis
