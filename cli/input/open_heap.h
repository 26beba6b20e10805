#pragma once

#include <string>

#include "cli/console/exit_code.h"
#include "cli/console/messages.h"
#include "cli/input/dump_argument.h"
#include "dump/heap.h"
#include "formats/open_dump.h"

namespace heapscan::cli {

/// The heap in a dump file or in a database ("heap.db:2", see dump_argument()). Warns when parts of
/// it are missing, and of everything that a salvaged file has lost.
[[nodiscard]] dump::Heap open_heap(const std::string& path,
                                   const Messages& messages,
                                   formats::Damage damage = formats::Damage::kRefuse);

/// The same without a warning.
[[nodiscard]] dump::Heap open_heap(const DumpArgument& argument,
                                   formats::Damage damage = formats::Damage::kRefuse);

/// kPartial for a heap that is not complete.
[[nodiscard]] inline ExitCode done_with(const dump::Heap& heap) {
  return heap.facts().complete ? ExitCode::kDone : ExitCode::kPartial;
}

}  // namespace heapscan::cli
