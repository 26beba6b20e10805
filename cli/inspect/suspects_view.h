#pragma once

#include <cstddef>
#include <ostream>

#include "analysis/suspects/suspects.h"
#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/json.h"

namespace heapscan::cli {

/// The first suspects, as a part of the overview. Nothing when there are none.
void print_main_suspects(std::ostream& out,
                         const AnalyzedHeap& view,
                         const analysis::Suspects& suspects,
                         const TextStyle& style);

/// All suspects, with what makes them known again: `heapscan inspect --suspects`.
void print_suspects(std::ostream& out,
                    const AnalyzedHeap& view,
                    const analysis::Suspects& suspects,
                    const TextStyle& style);

/// At most `limit` suspects, 0 for all. man/heapscan-inspect.1 describes the fields.
[[nodiscard]] Json json_suspects(const AnalyzedHeap& view,
                                 const analysis::Suspects& suspects,
                                 std::size_t limit);

}  // namespace heapscan::cli
