#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "dump/cpython/core/core_library.h"
#include "dump/heap.h"

namespace heapscan::dump::cpython {

/// What a capture is doing.
enum class CaptureStage { kAttach, kCopy, kUnpack, kEnumerate, kReferences, kFinish };

struct CaptureOptions {
  /// Whether previews of values (strings, numbers) go into the dump.
  bool values = true;
  /// Whether to make the process fork a copy of itself with one system call instead of stopping it
  /// for the duration of the copy (ForkedCopy).
  bool fork = false;
  /// How long to wait for the threads of the process to stop.
  std::chrono::milliseconds stop_timeout = std::chrono::seconds(10);
  /// Directory for a temporary file as large as the program's memory.
  std::filesystem::path scratch_directory = ".";
  /// Called at the start of each stage. May be empty.
  std::function<void(CaptureStage)> on_stage;
  /// Called with each warning for the user. May be empty.
  std::function<void(const std::string&)> on_warning;
};

/// The heap of a running CPython process, read from outside: its threads are stopped while its
/// memory is copied, and resume before the copy is read. No code runs in the process, except for
/// the one system call of CaptureOptions::fork. Throws Error(kTarget) that says what is wrong and
/// what to do; the process then continues as before.
[[nodiscard]] Heap capture_process(pid_t pid, const CaptureOptions& options);

/// The heap in a core file of a CPython process, as written by the kernel or gdb's gcore; one
/// compressed by gzip is decompressed to a temporary file first. Constants missing from the core
/// come from the program's files. Throws Error(kBadInput) if the file is not a valid core,
/// Error(kTarget) if its program is not supported.
[[nodiscard]] Heap capture_core(const std::filesystem::path& core,
                                const CoreSources& sources,
                                const CaptureOptions& options);

}  // namespace heapscan::dump::cpython
