#pragma once

#include "dump/error.h"

namespace heapscan::cli {

/// What the program's end says to scripts. Documented in --help and in heapscan.1.
enum class ExitCode : int {
  kDone = 0,
  kGateFailed = 1,  ///< `heapscan gate` found a broken rule.
  kUsage = 2,       ///< The command line makes no sense.
  kFile = 3,        ///< An input cannot be understood, or a result cannot be written.
  kPartial = 4,     ///< Done, on a dump that lacks parts of the heap.
  kTarget = 5,      ///< The process to be captured cannot be read.
  kInternal = 70,   ///< A bug in heapscan (EX_SOFTWARE of sysexits.h).
};

[[nodiscard]] ExitCode exit_code(ErrorKind kind);

/// The lines about exit codes that end every --help.
inline constexpr const char* kExitCodeHelp =
    "Exit codes:\n"
    "  0  done\n"
    "  1  the gate failed: a rule is broken\n"
    "  2  the command line is wrong\n"
    "  3  a file cannot be read, is not understood, or cannot be written\n"
    "  4  done, but the dump lacks parts of the heap: figures are lower bounds\n"
    "  5  the process cannot be read: gone, no permission, or not a known CPython\n"
    "  70 a bug in heapscan\n";

}  // namespace heapscan::cli
