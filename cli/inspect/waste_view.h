#pragma once

#include <ostream>

#include "analysis/waste/waste.h"
#include "cli/console/result.h"
#include "cli/render/json.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// What `heapscan inspect DUMP --waste` tells: what the same contents would take less.
void print_waste(std::ostream& out,
                 const dump::Heap& heap,
                 const analysis::Waste& waste,
                 const TextStyle& style);

[[nodiscard]] Json json_waste(const dump::Heap& heap,
                              const analysis::Waste& waste,
                              std::size_t limit);

}  // namespace heapscan::cli
