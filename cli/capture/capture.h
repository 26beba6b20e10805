#pragma once

#include <sys/types.h>

#include <string>

#include "cli/console/options.h"
#include "formats/hsd/hsd.h"

namespace heapscan::cli {

struct CaptureCommand {
  pid_t pid = 0;                  ///< 0: `core` is captured.
  std::string core;               ///< Empty: the process is.
  std::string executable;         ///< Of the core; empty: where it says.
  std::string sysroot;            ///< Where the files of the core's machine are; empty: here.
  std::string output;             ///< Empty: heapscan-PID.hsd or CORE.hsd in the current directory.
  std::string scratch_directory;  ///< Empty: beside the output.
  bool force = false;
  bool fork = false;
  bool no_values = false;
  formats::Compression compression = formats::Compression::kZstd;
  MessageOptions messages;
};

/// `heapscan capture`: the heap of a running process or of a core, to a dump file.
[[nodiscard]] Verb add_capture(CLI::App& app);

[[nodiscard]] ExitCode run(const CaptureCommand& command, const Console& console);

}  // namespace heapscan::cli
