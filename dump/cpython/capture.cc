#include "dump/cpython/capture.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "dump/cpython/graph_builder.h"
#include "dump/cpython/interpreter_reader.h"
#include "dump/cpython/layout.h"
#include "dump/cpython/memory_image.h"
#include "dump/cpython/proc_files.h"
#include "dump/cpython/process_memory.h"
#include "dump/cpython/python_runtime.h"
#include "dump/cpython/stopped_process.h"
#include "dump/cpython/thread_names.h"
#include "dump/error.h"
#include "dump/heap_builder.h"
#include "dump/native_roots.h"

namespace heapscan::dump::cpython {
namespace {

using Clock = std::chrono::steady_clock;

/// A collection that is in progress when the program is stopped takes its lists apart: the program
/// is let go and stopped again, until it is between collections.
constexpr int kMostAttempts = 20;
constexpr auto kAttemptPause = std::chrono::milliseconds(25);

[[noreturn]] void throw_unreadable(pid_t pid,
                                   const PythonRuntime& runtime,
                                   const std::string& fact) {
  throw Error(ErrorKind::kTarget, "process " + std::to_string(pid) + ": CPython " +
                                      runtime.version + " in " + runtime.file + ": " + fact);
}

/// What was copied, and how long the program stood still for it.
struct Copy {
  MemoryImage image;
  std::vector<MemoryMapping> mappings;
  std::vector<std::uint64_t> copied_bytes;
  std::uint64_t lost_bytes = 0;
  std::int64_t pause_us = 0;
};

Copy copy_memory(pid_t pid, std::chrono::milliseconds timeout) {
  ProcessMemory memory(pid);
  memory.prepare();
  Copy copy;
  {
    const Clock::time_point start = Clock::now();
    const StoppedProcess stopped(pid, timeout);
    memory.copy();
    copy.pause_us =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
  }
  copy.mappings = memory.mappings();
  copy.copied_bytes = memory.copied_bytes();
  copy.lost_bytes = memory.lost_bytes();
  copy.image = memory.take_image();
  return copy;
}

void add_regions(const Copy& copy, HeapBuilder& heap) {
  for (std::size_t row = 0; row < copy.mappings.size(); ++row) {
    const MemoryMapping& mapping = copy.mappings[row];
    heap.add_region({.address = mapping.begin,
                     .size = mapping.size(),
                     .used = copy.copied_bytes[row],
                     .kind = RegionKind::kMapping,
                     .name = mapping.path.empty() ? StringId::none() : heap.intern(mapping.path)});
  }
}

void add_threads(const std::vector<FoundThread>& threads, HeapBuilder& heap) {
  for (const FoundThread& thread : threads) {
    std::vector<Frame> frames;
    for (const FoundFrame& frame : thread.frames) {
      frames.push_back({heap.intern(frame.function), heap.intern(frame.file), frame.line});
    }
    heap.add_thread(thread.native_id, heap.intern(thread.name), frames);
  }
}

}  // namespace

Heap capture_process(pid_t pid, const CaptureOptions& options) {
  const auto enter = [&](CaptureStage stage) {
    if (options.on_stage) {
      options.on_stage(stage);
    }
  };
  enter(CaptureStage::kAttach);
  const PythonRuntime runtime = find_python_runtime(pid, read_maps(pid));
  const Layout& layout = *find_layout(runtime.major, runtime.minor);
  ProcessFacts facts = read_process_facts(pid);

  enter(CaptureStage::kCopy);
  for (int attempt = 1;; ++attempt) {
    const Copy copy = copy_memory(pid, options.stop_timeout);
    const ImageReader reader(copy.image);
    TypeTable types(reader);
    const InterpreterReader interpreter(reader, layout, runtime.address);
    if (const std::string fault = interpreter.check(types); !fault.empty()) {
      throw_unreadable(pid, runtime, fault);
    }
    bool damaged = interpreter.collecting();
    const std::vector<TrackedObject> tracked =
        damaged ? std::vector<TrackedObject>() : interpreter.tracked_objects(damaged);
    if (damaged) {
      if (attempt == kMostAttempts) {
        throw_unreadable(pid, runtime,
                         "was in the middle of a garbage collection at each of " +
                             std::to_string(kMostAttempts) + " attempts: try again later");
      }
      std::this_thread::sleep_for(kAttemptPause);
      continue;
    }

    enter(CaptureStage::kEnumerate);
    std::vector<FoundThread> threads = interpreter.threads();
    name_threads(reader, layout, types, interpreter.modules(), threads);
    const std::vector<FoundRoot> roots = interpreter.roots(threads);
    GraphBuilder graph(reader, layout, types, options.values);
    graph.find_objects(tracked, roots);

    enter(CaptureStage::kReferences);
    HeapBuilder heap;
    heap.facts() = std::move(facts);
    heap.facts().runtime = "CPython";
    heap.facts().version = runtime.version;
    heap.facts().collector = "cpython-live";
    heap.facts().pause_us = copy.pause_us;
    heap.facts().complete = copy.lost_bytes == 0;
    interpreter.read_collector_facts(heap.facts());
    graph.write(tracked, roots, heap);
    add_threads(threads, heap);
    add_regions(copy, heap);

    enter(CaptureStage::kFinish);
    return with_native_roots(std::move(heap).finish());
  }
}

}  // namespace heapscan::dump::cpython
