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
  std::size_t warm_up = 0;           ///< How many captures to ignore.
  bool force = false;                ///< Overwrite dumps in `keep`.
  bool values = true;                ///< Whether kept dumps have strings and numbers.
  bool held = false;                 ///< Find what types retain, and suspects.
};

struct RunOutcome {
  /// Not 0 if the program failed: its exit status, or 128 plus the signal's number if it was
  /// killed. Then there is no series.
  int exit_status = 0;
  Series series;
};

/// Runs the program and captures it at its marks, and at its end as well if there were too few
/// marks; compares the captures after it has ended. Only one capture's objects are in memory at a
/// time.
///
/// Throws Error(kTarget) when the program cannot be started or captured, Error(kUsage) when there
/// is too little to compare.
[[nodiscard]] RunOutcome run_program_marked(const RunRequest& request, const Messages& messages);

}  // namespace heapscan::cli
