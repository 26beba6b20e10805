#pragma once

#include "analysis/waste/waste.h"
#include "cli/render/page.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// `heapscan inspect --waste`: avoidable memory, by kind and by the place that holds it.
[[nodiscard]] Page waste_page(const dump::Heap& heap,
                              const analysis::Waste& waste,
                              const PageOptions& options);

}  // namespace heapscan::cli
