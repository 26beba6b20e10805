#pragma once

#include "analysis/growth/growth.h"
#include "analysis/text/limit.h"

namespace heapscan::analysis {

/// True when the size grew by more than the limit, percentages being of the first size. Per step:
/// when the growth is steady and its slope is more than the limit. In a series of two dumps, all
/// of the growth is that of the one step.
[[nodiscard]] bool grew_beyond(const GrowthRow& row, const Limit& limit);

}  // namespace heapscan::analysis
