#pragma once

#include "analysis/suspects/suspects.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// The first suspects for people, all for programs: a part of the overview. Nothing for people when
/// there are none.
void add_main_suspects(Page& page,
                       const AnalyzedHeap& view,
                       const analysis::Suspects& suspects,
                       const PageOptions& options);

/// `heapscan inspect --suspects`: all suspects, with their fingerprints. man/heapscan-inspect.1
/// describes the fields.
[[nodiscard]] Page suspects_page(const AnalyzedHeap& view,
                                 const analysis::Suspects& suspects,
                                 const PageOptions& options);

}  // namespace heapscan::cli
