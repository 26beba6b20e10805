#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace heapscan::analysis {

/// How a figure moved over a series of dumps.
enum class Course : std::uint8_t {
  kUnknown,  ///< Fewer than two steps: one growth says nothing about the next.
  kFlat,     ///< No step changed it.
  kSteady,   ///< It never shrank, and it keeps growing: see trend_of().
  kSettled,  ///< It never shrank, but stopped growing: a cache that filled.
  kNoisy,    ///< It went up and down.
};

/// "unknown", "flat", "steady", "settled", "noisy".
[[nodiscard]] std::string_view to_string(Course course);

struct Trend {
  Course course = Course::kUnknown;
  /// The usual change of one step: the median of the slopes between all pairs of dumps (Theil and
  /// Sen), rounded. A jump near either end does not tilt it.
  std::int64_t slope = 0;
  std::int64_t least_step = 0;  ///< What each step grew by at least; may be negative.
  std::uint32_t growing_steps = 0;

  friend bool operator==(const Trend&, const Trend&) = default;
};

/// The trend of one figure. It is steady when no step shrinks it, at least two steps and half of
/// all grow it, and one of the last third of the steps does. So a container whose table grows in
/// jumps is steady, a cache that reaches its bound is not.
///
/// Cost: the square of the number of values.
[[nodiscard]] Trend trend_of(const std::vector<std::uint64_t>& values);

}  // namespace heapscan::analysis
