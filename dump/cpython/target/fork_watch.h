#pragma once

#include <sys/types.h>

#include "dump/system/file_descriptor.h"

namespace heapscan::dump::cpython {

/// A small process that waits for heapscan to end, and if that happens before the watch is over
/// removes what a killed copy of the process left (remove_ended_copy()). It ignores all signals
/// that can be ignored and is in no process group of heapscan's, so that what ends heapscan does
/// not end it.
class ForkWatch {
 public:
  /// Requires: heapscan has no other threads. Throws Error(kInternal).
  explicit ForkWatch(pid_t pid);

  /// The watch is over.
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
