#pragma once

#include <string>

#include "cli/exit_code.h"
#include "cli/messages.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// The heap in a dump file; warns when the dump lacks parts of it.
[[nodiscard]] dump::Heap open_heap(const std::string& path, const Messages& messages);

/// kPartial for a heap of which parts are missing.
[[nodiscard]] inline ExitCode done_with(const dump::Heap& heap) {
  return heap.facts().complete ? ExitCode::kDone : ExitCode::kPartial;
}

}  // namespace heapscan::cli
