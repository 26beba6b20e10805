#pragma once

#include "analysis/growth/growth.h"
#include "analysis/text/limit.h"

namespace heapscan::analysis {

/// True when the size grew by more than the limit, where a percentage is one of the first size. Per
/// step: when the growth is steady and its slope exceeds the limit. In a series of two dumps, the
/// whole growth is that of its one step. Cost: constant.
[[nodiscard]] bool grew_beyond(const GrowthRow& row, const Limit& limit);

}  // namespace heapscan::analysis
