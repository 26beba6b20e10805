#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/compare/series.h"
#include "cli/console/messages.h"

namespace heapscan::cli {

struct RunRequest {
  std::vector<std::string> command;  ///< At least the name of the program.
  std::string baseline;              ///< A baseline or dump that comes first, or empty.
  std::string keep;                  ///< A directory for the dumps, or empty.
  std::size_t warm_up = 0;           ///< So many captures are left out.
  bool force = false;                ///< Overwrite dumps in the directory.
  bool values = true;                ///< Of the dumps that are kept.
  bool held = false;                 ///< Find what types retain, and suspects.
};

struct RunOutcome {
  /// Not 0 when the program failed: its exit status, 128 and the signal's number when it was
  /// killed. Then there is no series.
  int exit_status = 0;
  Series series;
};

/// Starts the program, captures it at its marks, and where these are fewer than needed at its end
/// as well; compares what was captured when it has ended. Only one capture's objects are in memory
/// at a time.
///
/// Throws Error(kTarget) when the program cannot be started or captured, Error(kUsage) when there
/// is too little to compare.
[[nodiscard]] RunOutcome run_program_marked(const RunRequest& request, const Messages& messages);

}  // namespace heapscan::cli
