#pragma once

#include <sys/types.h>

#include <string>

#include "cli/options.h"
#include "formats/hsd.h"

namespace heapscan::cli {

struct CaptureCommand {
  pid_t pid = 0;
  std::string output;  ///< Empty: heapscan-PID.hsd in the current directory.
  bool force = false;
  bool no_values = false;
  formats::Compression compression = formats::Compression::kZstd;
  MessageOptions messages;
};

/// `heapscan capture`: the heap of a running process, to a dump file.
[[nodiscard]] Verb add_capture(CLI::App& app);

[[nodiscard]] ExitCode run(const CaptureCommand& command, const Console& console);

}  // namespace heapscan::cli
