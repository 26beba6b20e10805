#include "cli/console/exit_code.h"

namespace heapscan::cli {

ExitCode exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return ExitCode::kUsage;
    case ErrorKind::kBadInput:
    case ErrorKind::kOutput:
      return ExitCode::kFile;
    case ErrorKind::kTarget:
      return ExitCode::kTarget;
    case ErrorKind::kInternal:
      break;
  }
  return ExitCode::kInternal;
}

}  // namespace heapscan::cli
