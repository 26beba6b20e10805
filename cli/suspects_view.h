#pragma once

#include <cstddef>
#include <ostream>

#include "analysis/suspects.h"
#include "cli/heap_view.h"
#include "cli/json.h"
#include "cli/result.h"

namespace heapscan::cli {

/// The first suspects, as a part of the overview. Nothing when there are none.
void print_main_suspects(std::ostream& out,
                         const HeapView& view,
                         const analysis::Suspects& suspects,
                         const TextStyle& style);

/// All suspects, with what makes them known again: `heapscan inspect --suspects`.
void print_suspects(std::ostream& out,
                    const HeapView& view,
                    const analysis::Suspects& suspects,
                    const TextStyle& style);

/// At most `limit` suspects, 0 for all. man/heapscan-inspect.1 describes the fields.
[[nodiscard]] Json json_suspects(const HeapView& view,
                                 const analysis::Suspects& suspects,
                                 std::size_t limit);

}  // namespace heapscan::cli
