#pragma once

#include "dump/error.h"

namespace heapscan::cli {

/// The exit codes, for scripts. Documented in --help and in heapscan.1.
enum class ExitCode : int {
  kDone = 0,
  kGateFailed = 1,  ///< `heapscan gate` found a rule violated.
  kUsage = 2,       ///< The command line is invalid.
  kFile = 3,        ///< A file cannot be read, parsed or written.
  kPartial = 4,     ///< Success, but the dump is incomplete.
  kTarget = 5,      ///< The process to be captured cannot be read.
  kInternal = 70,   ///< A bug in heapscan (EX_SOFTWARE of sysexits.h).
};

[[nodiscard]] ExitCode exit_code(ErrorKind kind);

/// The lines about exit codes that end every --help.
inline constexpr const char* kExitCodeHelp =
    "Exit codes:\n"
    "  0  success\n"
    "  1  the gate failed: a rule was violated\n"
    "  2  the command line is invalid\n"
    "  3  a file cannot be read, parsed or written\n"
    "  4  success, but the dump is incomplete: figures are lower bounds\n"
    "  5  the process cannot be read: missing, no permission, or unsupported\n"
    "  70 internal error: a bug in heapscan\n";

}  // namespace heapscan::cli
