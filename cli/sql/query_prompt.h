#pragma once

#include "cli/console/console.h"
#include "cli/sql/query_runner.h"

namespace heapscan::cli {

/// Reads statements from a terminal, with line editing and history, and runs them until the input
/// ends or the user says .quit. An error is reported and does not end it.
void run_query_prompt(QueryRunner& runner, const Console& console);

}  // namespace heapscan::cli
