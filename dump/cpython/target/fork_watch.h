#pragma once

#include <sys/types.h>

#include "dump/system/file_descriptor.h"

namespace heapscan::dump::cpython {

/// A small process that waits for heapscan to end. If that happens before the watch is over, it
/// removes what a killed copy of the process left behind (remove_ended_copy()). It ignores all
/// signals that can be ignored and is not in heapscan's process group, so that it survives whatever
/// ends heapscan.
class ForkWatch {
 public:
  /// Requires: heapscan has no other threads. Throws Error(kInternal).
  explicit ForkWatch(pid_t pid);

  /// Ends the watch.
  ~ForkWatch();
  ForkWatch(const ForkWatch&) = delete;
  ForkWatch& operator=(const ForkWatch&) = delete;
  ForkWatch(ForkWatch&&) = delete;
  ForkWatch& operator=(ForkWatch&&) = delete;

 private:
  FileDescriptor pipe_;
  pid_t watcher_ = -1;
};

}  // namespace heapscan::dump::cpython
