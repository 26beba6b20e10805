#include "dump/cpython/capture.h"

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dump/cpython/interpreter/python_runtime.h"
#include "dump/cpython/layouts/layout.h"
#include "dump/cpython/program_image.h"
#include "dump/cpython/target/fork_watch.h"
#include "dump/cpython/target/forked_copy.h"
#include "dump/cpython/target/process_files.h"
#include "dump/cpython/target/process_memory.h"
#include "dump/cpython/target/stopped_process.h"
#include "dump/error.h"
#include "dump/system/memory_limit.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::cpython {
namespace {

using Clock = std::chrono::steady_clock;

/// Checking whether a collection is in progress costs the program less than a millisecond.
constexpr int kMostStops = 400;
constexpr auto kPauseBetweenStops = std::chrono::milliseconds(20);

/// An object may be only partly linked into a list at the moment of the stop: the next copy will be
/// consistent.
constexpr int kMostCopies = 5;

/// Whether a collection is in progress in any interpreter of the process.
bool is_collecting(const ProcessMemory& memory, const PythonRuntime& runtime) {
  constexpr int kMostInterpreters = 10'000;
  const Layout& layout = *runtime.layout;
  Address interpreter(memory.peek(runtime.address + layout.runtime.interpreters_head));
  for (int seen = 0; interpreter && seen < kMostInterpreters; ++seen) {
    const std::uint64_t flag = memory.peek(collector_address(layout, runtime.address, interpreter) +
                                           layout.collector.collecting);
    if (static_cast<std::uint32_t>(flag) != 0) {
      return true;
    }
    interpreter = Address(memory.peek(interpreter + layout.interpreter.next));
  }
  return false;
}

/// A collection in progress splits the lists of objects: calls `try_once`, which stops the program
/// and returns false if it could not proceed, until it succeeds.
void stop_until_done(pid_t pid, const std::function<bool()>& try_once) {
  for (int stop = 1; !try_once(); ++stop) {
    if (stop == kMostStops) {
      throw Error(ErrorKind::kTarget,
                  "process " + std::to_string(pid) +
                      ": its objects cannot be listed because it collects garbage all the time "
                      "(with --fork, also if its threads receive signals all the time): try again "
                      "later");
    }
    std::this_thread::sleep_for(kPauseBetweenStops);
  }
}

std::int64_t microseconds_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

void make_room(ProcessMemory& memory, const CaptureOptions& options, const ProgramImage& program) {
  memory.prepare({available_memory(), options.scratch_directory});
  if (memory.in_file() && options.on_warning) {
    options.on_warning(
        program.name +
        ": the copy of its memory does not fit in the available memory and goes to a "
        "temporary file" +
        (options.fork ? "" : ", so the process is stopped for longer"));
  }
}

/// Fills in everything in `program` but the runtime and the facts.
void take_over(ProcessMemory& memory, ProgramImage& program) {
  program.mappings = memory.mappings();
  program.copied_bytes = memory.copied_bytes();
  program.facts.complete = memory.lost_bytes() == 0;
  program.memory = memory.take_image();
}

void copy_memory(pid_t pid, const CaptureOptions& options, ProgramImage& program) {
  ProcessMemory memory(pid);
  make_room(memory, options, program);
  stop_until_done(pid, [&] {
    const Clock::time_point start = Clock::now();
    const StoppedProcess stopped(pid, options.stop_timeout);
    if (is_collecting(memory, program.runtime)) {
      return false;
    }
    memory.copy();
    program.facts.pause_us = microseconds_since(start);
    return true;
  });
  take_over(memory, program);
}

/// The same, from a copy of itself that the process forks.
void copy_memory_of_fork(pid_t pid, const CaptureOptions& options, ProgramImage& program) {
  require_forkable(pid);
  const std::optional<CallCode> code = find_call_code(pid);
  if (!code) {
    throw Error(ErrorKind::kTarget, program.name +
                                        ": --fork cannot copy it: its C library is unknown: "
                                        "capture it without --fork");
  }
  const ForkWatch watch(pid);
  const ProcessMemory original(pid);
  std::unique_ptr<ForkedCopy> copy;
  stop_until_done(pid, [&] {
    const Clock::time_point start = Clock::now();
    {
      const StoppedProcess stopped(pid, options.stop_timeout);
      if (is_collecting(original, program.runtime)) {
        return false;
      }
      copy = ForkedCopy::try_make(pid, stopped, *code);
    }
    program.facts.pause_us = microseconds_since(start);
    return copy != nullptr;
  });
  ProcessMemory memory(copy->pid());
  make_room(memory, options, program);
  memory.copy();
  take_over(memory, program);
  if (!copy->end(options.stop_timeout) && options.on_warning) {
    options.on_warning(program.name + ": a zombie child remains until the process ends");
  }
}

/// If memory runs out, the kernel should kill heapscan and not the captured process.
void prefer_oom_kill() {
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
  prefer_oom_kill();
  const ProcessFiles files(pid);
  const PythonRuntime runtime = find_python_runtime(files);
  const std::vector<StaticData> static_data = find_static_data(files, runtime.file);
  ProcessFacts facts = read_process_facts(pid);
  facts.collector = "cpython-live";
  for (int copy = 0; copy < kMostCopies; ++copy) {
    enter(CaptureStage::kCopy);
    ProgramImage program;
    program.name = "process " + std::to_string(pid);
    program.runtime = runtime;
    program.static_data = static_data;
    program.facts = facts;
    if (options.fork) {
      copy_memory_of_fork(pid, options, program);
    } else {
      copy_memory(pid, options, program);
    }
    if (std::optional<Heap> heap = read_heap(std::move(program), options)) {
      return *std::move(heap);
    }
  }
  throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) +
                                      ": its lists of objects are inconsistent: its memory is "
                                      "damaged, or another program is changing it");
}

}  // namespace heapscan::dump::cpython
