#include "dump/cpython/program_image.h"

#include <new>
#include <string>
#include <utility>
#include <vector>

#include "dump/cpython/graph/graph_writer.h"
#include "dump/cpython/graph/object_finder.h"
#include "dump/cpython/interpreter/allocation_traces.h"
#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/interpreter/native_thread_ids.h"
#include "dump/cpython/interpreter/object_allocator.h"
#include "dump/cpython/interpreter/thread_names.h"
#include "dump/cpython/layouts/layout.h"
#include "dump/error.h"
#include "dump/heap_builder.h"
#include "dump/native_roots.h"
#include "dump/system/allocation_limit.h"

namespace heapscan::dump::cpython {
namespace {

void enter(CaptureStage stage, const CaptureOptions& options) {
  if (options.on_stage) {
    options.on_stage(stage);
  }
}

void add_regions(const ProgramImage& program, HeapBuilder& heap) {
  for (std::size_t row = 0; row < program.mappings.size(); ++row) {
    const MemoryMapping& mapping = program.mappings[row];
    heap.add_region({.address = mapping.begin.value(),
                     .size = mapping.size(),
                     .used = program.copied_bytes[row],
                     .kind = RegionKind::kMapping,
                     .name = mapping.path.empty() ? StringId::none() : heap.intern(mapping.path)});
  }
}

/// Arenas and the pools in use in them.
void add_regions(const ObjectAllocator& allocator, HeapBuilder& heap) {
  for (const AllocatorArena& arena : allocator.arenas()) {
    heap.add_region({.address = arena.address.value(),
                     .size = allocator.arena_size(),
                     .used = arena.used,
                     .kind = RegionKind::kArena,
                     .name = StringId::none()});
  }
  for (const AllocatorPool& pool : allocator.pools()) {
    heap.add_region({.address = pool.address.value(),
                     .size = allocator.pool_size(),
                     .used = std::uint64_t{pool.used_blocks} * pool.block_size,
                     .kind = RegionKind::kPool,
                     .name = StringId::none(),
                     .block_size = pool.block_size});
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

/// A heap without the roots that only reference counts reveal.
struct RawHeap {
  HeapBuilder heap;
  std::vector<Root> possible_roots;
};

/// The heap in the image, or nothing if it was taken in the middle of a garbage collection.
std::optional<RawHeap> read_image(const ProgramImage& program, const CaptureOptions& options) {
  const Layout& layout = *program.runtime.layout;
  const ObjectReader reader(program.memory, layout, program.runtime.address);
  TypeTable types(reader);
  const InterpreterReader interpreter(reader, program.runtime.statics);
  if (const std::string fault = interpreter.check(types); !fault.empty()) {
    throw Error(ErrorKind::kTarget, program.name + ": CPython " + program.runtime.version + " in " +
                                        program.runtime.file + ": " + fault);
  }
  if (interpreter.collecting()) {
    return std::nullopt;
  }
  bool damaged = false;
  const std::vector<TrackedObject> tracked = interpreter.tracked_objects(damaged);
  if (damaged) {
    return std::nullopt;
  }

  enter(CaptureStage::kEnumerate, options);
  std::vector<FoundThread> threads = interpreter.threads();
  find_native_thread_ids(reader, interpreter.main_thread(), program.facts.pid, program.threads,
                         threads);
  name_threads(reader, types, threads);
  const std::vector<FoundRoot> roots = interpreter.roots(threads);
  const ObjectAllocator allocator(reader, program.static_data);
  const FoundObjects found =
      ObjectFinder(reader, types, options.values).find(tracked, roots, allocator);

  enter(CaptureStage::kReferences, options);
  HeapBuilder heap;
  heap.facts() = program.facts;
  heap.facts().runtime = "CPython";
  heap.facts().version = program.runtime.version;
  interpreter.read_collector_facts(heap.facts());
  const AllocationTraces traces(reader, types, program.static_data);
  GraphWriter graph(reader, types, found, heap);
  graph.write_objects(tracked, options.values);
  graph.write_sites(traces);
  graph.write_references();
  std::vector<Root> possible_roots = graph.write_roots(roots, program.static_data);
  add_threads(threads, heap);
  add_regions(program, heap);
  add_regions(allocator, heap);
  return RawHeap{std::move(heap), std::move(possible_roots)};
}

}  // namespace

std::optional<Heap> read_heap(ProgramImage program, const CaptureOptions& options) {
  const std::string name = program.name;
  const AllocationLimit limit;
  try {
    std::optional<RawHeap> raw = read_image(program, options);
    if (!raw) {
      return std::nullopt;
    }
    // The image is as large as the program: free it before finishing the columns.
    program = {};
    enter(CaptureStage::kFinish, options);
    return with_native_roots(std::move(raw->heap).finish(), raw->possible_roots);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::kTarget, name +
                                        ": the graph of its objects takes more memory than the " +
                                        std::to_string(limit.available() >> 20U) +
                                        " MiB that are available on this machine or in this "
                                        "control group: free some, or raise the limit");
  }
}

}  // namespace heapscan::dump::cpython
