#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string_view>

#include "dump/heap.h"

namespace heapscan::dump::cpython {

/// What a capture is doing.
enum class CaptureStage { kAttach, kCopy, kEnumerate, kReferences, kFinish };

struct CaptureOptions {
  /// Whether previews of values (texts, numbers) go into the dump.
  bool values = true;
  /// How long to wait for the threads of the process to stop.
  std::chrono::milliseconds stop_timeout = std::chrono::seconds(10);
  /// Called at the start of each stage. May be empty.
  std::function<void(CaptureStage)> on_stage;
};

/// The heap of a running CPython process, read from outside: its threads are stopped while its
/// memory is copied, and run on before the copy is looked at. No code runs in the process. Throws
/// Error(kTarget) that says what is wrong and what to do; the process then runs on as before.
[[nodiscard]] Heap capture_process(pid_t pid, const CaptureOptions& options);

}  // namespace heapscan::dump::cpython
