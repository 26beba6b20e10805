#pragma once

#include "cli/console/console.h"

namespace heapscan::cli {

/// The program: parses its arguments, runs one verb, and reports any failure in one line on the
/// error stream. Returns the exit code. Throws nothing.
[[nodiscard]] int run_program(int argc, const char* const* argv, const Console& console) noexcept;

}  // namespace heapscan::cli
