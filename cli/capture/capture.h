#pragma once

#include <sys/types.h>

#include <string>
#include <variant>

#include "cli/console/options.h"
#include "cli/verb/verb.h"
#include "formats/hsd/hsd.h"

namespace heapscan::cli {

/// A core to capture.
struct CoreTarget {
  std::string file;
  std::string executable;  ///< Of the core; empty: the path that the core gives.
  std::string sysroot;     ///< Root directory with the files of the core's machine; empty: here.
};

struct CaptureRequest {
  std::variant<pid_t, CoreTarget> target;
  std::string output;
  std::string scratch_directory;  ///< May be empty: the current directory.
  bool force = false;
  bool fork = false;
  bool values = true;  ///< Whether the dump has strings and numbers.
  formats::Compression compression = formats::Compression::kZstd;
  MessageOptions messages;
};

/// `heapscan capture`: writes the heap of a running process or of a core to a dump file.
[[nodiscard]] Verb capture_verb();

[[nodiscard]] ExitCode run(const CaptureRequest& request, const Console& console);

}  // namespace heapscan::cli
