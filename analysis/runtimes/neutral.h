#pragma once

#include "analysis/runtimes/runtime_traits.h"

namespace heapscan::analysis {

/// The traits of an unknown runtime: no type has a role, no attribute belongs to the language, and
/// no size is assumed.
[[nodiscard]] const RuntimeTraits& neutral_traits();

}  // namespace heapscan::analysis
