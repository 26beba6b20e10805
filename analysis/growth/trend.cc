#include "analysis/growth/trend.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace heapscan::analysis {
namespace {

std::int64_t difference(std::uint64_t from, std::uint64_t to) {
  return static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from);
}

std::int64_t median_slope(const std::vector<std::uint64_t>& values) {
  std::vector<double> slopes;
  for (std::size_t to = 1; to < values.size(); ++to) {
    for (std::size_t from = 0; from < to; ++from) {
      slopes.push_back(static_cast<double>(difference(values[from], values[to])) /
                       static_cast<double>(to - from));
    }
  }
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  double median = *middle;
  if (slopes.size() % 2 == 0) {
    median = (median + *std::max_element(slopes.begin(), middle)) / 2;
  }
  return std::llround(median);
}

Course course_of(const std::vector<std::int64_t>& steps, std::uint32_t growing) {
  if (steps.size() < 2) {
    return Course::kUnknown;
  }
  if (std::any_of(steps.begin(), steps.end(), [](std::int64_t step) { return step < 0; })) {
    return Course::kNoisy;
  }
  if (growing == 0) {
    return Course::kFlat;
  }
  const auto last_third = static_cast<std::ptrdiff_t>((steps.size() + 2) / 3);
  const bool still = std::all_of(steps.end() - last_third, steps.end(),
                                 [](std::int64_t step) { return step == 0; });
  if (still) {
    return Course::kSettled;
  }
  return growing >= 2 && 2 * std::size_t{growing} >= steps.size() ? Course::kSteady
                                                                  : Course::kNoisy;
}

}  // namespace

std::string_view to_string(Course course) {
  switch (course) {
    case Course::kFlat:
      return "flat";
    case Course::kSteady:
      return "steady";
    case Course::kSettled:
      return "settled";
    case Course::kNoisy:
      return "noisy";
    case Course::kUnknown:
      break;
  }
  return "unknown";
}

Trend trend_of(const std::vector<std::uint64_t>& values) {
  Trend trend;
  if (values.size() < 2) {
    return trend;
  }
  std::vector<std::int64_t> steps;
  for (std::size_t at = 1; at < values.size(); ++at) {
    steps.push_back(difference(values[at - 1], values[at]));
  }
  trend.growing_steps = static_cast<std::uint32_t>(
      std::count_if(steps.begin(), steps.end(), [](std::int64_t step) { return step > 0; }));
  trend.least_step = *std::min_element(steps.begin(), steps.end());
  trend.slope = median_slope(values);
  trend.course = course_of(steps, trend.growing_steps);
  return trend;
}

}  // namespace heapscan::analysis
