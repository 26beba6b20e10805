#include "dump/cpython/capture.h"

#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "dump/cpython/layout.h"
#include "dump/cpython/proc_files.h"
#include "dump/cpython/process_files.h"
#include "dump/cpython/process_memory.h"
#include "dump/cpython/program_image.h"
#include "dump/cpython/python_runtime.h"
#include "dump/cpython/stopped_process.h"
#include "dump/error.h"
#include "dump/memory_limit.h"

namespace heapscan::dump::cpython {
namespace {

using Clock = std::chrono::steady_clock;

/// A collection that is in progress when the program is stopped takes its lists apart: the program
/// is let go and stopped again, until it is between collections. Looking costs it less than a
/// millisecond.
constexpr int kMostStops = 400;
constexpr auto kPauseBetweenStops = std::chrono::milliseconds(20);

/// An object may be on its way into a list at the instant of the stop: the next copy is whole.
constexpr int kMostCopies = 5;

/// Whether a collection is in progress in any interpreter of the process.
bool is_collecting(const ProcessMemory& memory, const PythonRuntime& runtime) {
  constexpr int kMostInterpreters = 10'000;
  const Layout& layout = *find_layout(runtime.major, runtime.minor);
  std::uint64_t interpreter = memory.peek(runtime.address + layout.runtime.interpreters_head);
  for (int seen = 0; interpreter != 0 && seen < kMostInterpreters; ++seen) {
    const std::uint64_t flag = memory.peek(collector_address(layout, runtime.address, interpreter) +
                                           layout.collector.collecting);
    if (static_cast<std::uint32_t>(flag) != 0) {
      return true;
    }
    interpreter = memory.peek(interpreter + layout.interpreter.next);
  }
  return false;
}

/// Stops the process and copies its memory; false, and at once, when a collection was in progress.
bool stop_and_copy(pid_t pid,
                   std::chrono::milliseconds timeout,
                   ProcessMemory& memory,
                   ProgramImage& program) {
  const Clock::time_point start = Clock::now();
  const StoppedProcess stopped(pid, timeout);
  if (is_collecting(memory, program.runtime)) {
    return false;
  }
  memory.copy();
  program.facts.pause_us =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
  return true;
}

/// Fills in what `program` has beside the runtime and the facts.
void copy_memory(pid_t pid, const CaptureOptions& options, ProgramImage& program) {
  ProcessMemory memory(pid);
  memory.prepare({available_memory(), options.scratch_directory});
  if (memory.in_file() && options.on_warning) {
    options.on_warning(program.name +
                       ": its memory does not fit into what is available here: the copy goes to a "
                       "temporary file, and the process is stopped for longer");
  }
  for (int stop = 1; !stop_and_copy(pid, options.stop_timeout, memory, program); ++stop) {
    if (stop == kMostStops) {
      throw Error(ErrorKind::kTarget,
                  "process " + std::to_string(pid) +
                      ": collects garbage all the time, and its objects cannot be listed "
                      "meanwhile: try again later");
    }
    std::this_thread::sleep_for(kPauseBetweenStops);
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
  const PythonRuntime runtime = find_python_runtime(ProcessFiles(pid));
  ProcessFacts facts = read_process_facts(pid);
  facts.collector = "cpython-live";
  for (int copy = 0; copy < kMostCopies; ++copy) {
    enter(CaptureStage::kCopy);
    ProgramImage program;
    program.name = "process " + std::to_string(pid);
    program.runtime = runtime;
    program.facts = facts;
    copy_memory(pid, options, program);
    if (std::optional<Heap> heap = read_heap(std::move(program), options)) {
      return *std::move(heap);
    }
  }
  throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) +
                                      ": its lists of objects do not hold together: its memory is "
                                      "damaged, or another program changes it");
}

}  // namespace heapscan::dump::cpython
