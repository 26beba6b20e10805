#include "dump/cpython/capture.h"

#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "dump/cpython/proc_files.h"
#include "dump/cpython/process_memory.h"
#include "dump/cpython/program_image.h"
#include "dump/cpython/python_runtime.h"
#include "dump/cpython/stopped_process.h"
#include "dump/error.h"

namespace heapscan::dump::cpython {
namespace {

using Clock = std::chrono::steady_clock;

/// A collection that is in progress when the program is stopped takes its lists apart: the program
/// is let go and stopped again, until it is between collections.
constexpr int kMostAttempts = 20;
constexpr auto kAttemptPause = std::chrono::milliseconds(25);

/// The memory of the process, which stands still for `facts.pause_us` of it.
void copy_memory(pid_t pid, std::chrono::milliseconds timeout, ProgramImage& program) {
  ProcessMemory memory(pid);
  memory.prepare();
  {
    const Clock::time_point start = Clock::now();
    const StoppedProcess stopped(pid, timeout);
    memory.copy();
    program.facts.pause_us =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
  }
  program.mappings = memory.mappings();
  program.copied_bytes = memory.copied_bytes();
  program.facts.complete = memory.lost_bytes() == 0;
  program.memory = memory.take_image();
}

/// Should memory run out, let the system end heapscan and not the process that is looked at.
void volunteer_for_lack_of_memory() {
  std::ofstream("/proc/self/oom_score_adj") << 1000;
}

}  // namespace

Heap capture_process(pid_t pid, const CaptureOptions& options) {
  const auto enter = [&](CaptureStage stage) {
    if (options.on_stage) {
      options.on_stage(stage);
    }
  };
  enter(CaptureStage::kAttach);
  volunteer_for_lack_of_memory();
  const PythonRuntime runtime = find_python_runtime(pid, read_maps(pid));
  const ProcessFacts facts = read_process_facts(pid);
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    enter(CaptureStage::kCopy);
    ProgramImage program;
    program.runtime = runtime;
    program.facts = facts;
    program.facts.collector = "cpython-live";
    copy_memory(pid, options.stop_timeout, program);
    if (std::optional<Heap> heap = read_heap(std::move(program), options)) {
      return *std::move(heap);
    }
    std::this_thread::sleep_for(kAttemptPause);
  }
  throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) +
                                      ": was in the middle of a garbage collection at each of " +
                                      std::to_string(kMostAttempts) + " attempts: try again later");
}

}  // namespace heapscan::dump::cpython
