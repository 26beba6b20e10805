#pragma once

#include <vector>

#include "cli/inspect/inspect.h"
#include "cli/verb/verb.h"

namespace heapscan::cli {

/// The options of `heapscan inspect`. `request` must outlive them.
[[nodiscard]] std::vector<Option> inspect_options(InspectRequest& request);

}  // namespace heapscan::cli
