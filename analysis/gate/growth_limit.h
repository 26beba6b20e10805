#pragma once

#include "analysis/growth/growth.h"
#include "analysis/text/limit.h"

namespace heapscan::analysis {

/// True if the size grew by more than the limit; a percentage is relative to the first size. Per
/// step: true if the growth is steady and its slope exceeds the limit. In a series of two dumps,
/// the whole growth is that of its only step. Cost: constant.
[[nodiscard]] bool grew_beyond(const GrowthRow& row, const Limit& limit);

}  // namespace heapscan::analysis
