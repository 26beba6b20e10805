#pragma once

#include "cli/verb/verb.h"

namespace heapscan::cli {

/// heapscan and all its verbs, each with a request of its own to fill: for one run.
[[nodiscard]] Program heapscan_program();

}  // namespace heapscan::cli
