#pragma once

#include <sys/types.h>

#include "dump/system/file_descriptor.h"

namespace heapscan::tests {

/// A CPython 3.11 that waits for its input to end.
class WaitingPython {
 public:
  WaitingPython();
  ~WaitingPython();
  WaitingPython(const WaitingPython&) = delete;
  WaitingPython& operator=(const WaitingPython&) = delete;
  WaitingPython(WaitingPython&&) = delete;
  WaitingPython& operator=(WaitingPython&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  dump::FileDescriptor input_;
  dump::FileDescriptor output_;
};

}  // namespace heapscan::tests
