#include "analysis/gate/growth_limit.h"

#include <cstdint>

namespace heapscan::analysis {

bool grew_beyond(const GrowthRow& row, const Limit& limit) {
  const bool steps = limit.per_step && row.trend.course != Course::kUnknown;
  if (steps && row.trend.course != Course::kSteady) {
    return false;
  }
  const std::int64_t growth = steps ? row.trend.slope : row.size_growth();
  return growth > 0 && limit.exceeded_by(static_cast<std::uint64_t>(growth), row.first().size);
}

}  // namespace heapscan::analysis
