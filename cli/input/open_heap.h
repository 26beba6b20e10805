#pragma once

#include <string>

#include "cli/console/exit_code.h"
#include "cli/console/messages.h"
#include "cli/input/dump_argument.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// The heap in a dump file or in a database ("heap.db:2", see dump_argument()); warns when the dump
/// lacks parts of it.
[[nodiscard]] dump::Heap open_heap(const std::string& path, const Messages& messages);

[[nodiscard]] dump::Heap open_heap(const DumpArgument& argument);

/// kPartial for a heap of which parts are missing.
[[nodiscard]] inline ExitCode done_with(const dump::Heap& heap) {
  return heap.facts().complete ? ExitCode::kDone : ExitCode::kPartial;
}

}  // namespace heapscan::cli
