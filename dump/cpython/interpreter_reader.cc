#include "dump/cpython/interpreter_reader.h"

#include <algorithm>
#include <unordered_set>

#include "dump/cpython/code_reader.h"
#include "dump/cpython/object_layout.h"

// Enumeration of threads and tracked objects; roots are in interpreter_roots.cc.
namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kMostInterpreters = 10'000;
/// A collector's list cannot be longer than the memory has room for headers.
constexpr std::uint64_t kLeastObject = 32;

// struct gc_generation: {PyGC_Head, int threshold, int count}.
constexpr std::uint64_t kGenerationSize = 24;
constexpr std::uint64_t kGenerationThreshold = 16;
constexpr std::uint64_t kGenerationCount = 20;
constexpr unsigned kGenerations = 3;

// Low bits of _gc_prev are flags.
constexpr std::uint64_t kLinkMask = ~std::uint64_t{3};

constexpr std::size_t kLongestFunctionName = 300;

}  // namespace

InterpreterReader::InterpreterReader(const ObjectReader& reader, std::uint64_t runtime)
    : reader_(reader), main_thread_(reader.pointer(runtime + reader.layout().runtime.main_thread)) {
  std::uint64_t interpreter = reader_.pointer(runtime + reader_.layout().runtime.interpreters_head);
  while (interpreter != 0 && interpreters_.size() < kMostInterpreters) {
    interpreters_.push_back(interpreter);
    interpreter = reader_.pointer(interpreter + reader_.layout().interpreter.next);
  }
  // The main interpreter is the last in the list: new ones are put in front.
  for (auto owner = interpreters_.rbegin(); owner != interpreters_.rend(); ++owner) {
    const std::uint64_t collector = collector_address(reader_.layout(), runtime, *owner);
    if (collectors_.empty() || collectors_.back() != collector) {
      collectors_.push_back(collector);
    }
  }
}

std::string InterpreterReader::check(TypeTable& types) const {
  if (interpreters_.empty()) {
    return "the interpreter has not started or has ended";
  }
  for (const std::uint64_t collector : collectors_) {
    if (reader_.pointer(collector + reader_.layout().collector.generation0) !=
        collector + reader_.layout().collector.generations) {
      return "the cycle collector is not where CPython " + std::to_string(reader_.layout().major) +
             "." + std::to_string(reader_.layout().minor) + " has it";
    }
  }
  for (const std::uint64_t interpreter : interpreters_) {
    const std::uint64_t thread =
        reader_.pointer(interpreter + reader_.layout().interpreter.threads_head);
    if (thread == 0 ||
        reader_.pointer(thread + reader_.layout().thread.interpreter) != interpreter) {
      return "an interpreter has no thread that belongs to it";
    }
    for (const std::uint64_t field :
         {reader_.layout().interpreter.modules, reader_.layout().interpreter.sysdict,
          reader_.layout().interpreter.builtins}) {
      const std::uint64_t dict = reader_.pointer(interpreter + field);
      const TypeInfo* const type = types.find(reader_.pointer(dict + offset::kType));
      if (type == nullptr || type->name != "dict") {
        return "the dict of modules, sys or builtins is no dict (the program is starting or "
               "ending)";
      }
    }
  }
  return {};
}

bool InterpreterReader::collecting() const {
  return std::any_of(collectors_.begin(), collectors_.end(), [&](std::uint64_t collector) {
    return reader_.read_or<std::int32_t>(collector + reader_.layout().collector.collecting, 0) != 0;
  });
}

std::vector<TrackedObject> InterpreterReader::tracked_objects(bool& damaged) const {
  std::uint64_t most = 0;
  for (const MemoryImage::Range& range : reader_.image().ranges()) {
    most += (range.end - range.begin) / kLeastObject;
  }
  std::vector<TrackedObject> objects;
  const auto walk_list = [&](std::uint64_t head, unsigned generation) {
    std::uint64_t previous = head;
    std::uint64_t header = reader_.pointer(head + offset::kGcNext) & kLinkMask;
    while (header != head) {
      // Each link is checked backwards, so a list that was being changed ends here.
      if ((reader_.pointer(header + offset::kGcPrevious) & kLinkMask) != previous ||
          objects.size() >= most) {
        damaged = true;
        return;
      }
      objects.push_back({header + offset::kGcHeadSize, generation});
      previous = header;
      header = reader_.pointer(header + offset::kGcNext) & kLinkMask;
    }
  };
  for (const std::uint64_t collector : collectors_) {
    for (unsigned generation = 0; generation < kGenerations; ++generation) {
      walk_list(collector + reader_.layout().collector.generations + generation * kGenerationSize,
                generation);
    }
    walk_list(collector + reader_.layout().collector.permanent, ObjectFlags::kPermanentGeneration);
  }
  return objects;
}

std::uint32_t InterpreterReader::line(std::uint64_t frame, const CodeReader& code) const {
  const Layout::Frame& layout = reader_.layout().frame;
  if (layout.form == FrameForm::kInternal) {
    return code.line(reader_.pointer(frame + layout.previous_instruction));
  }
  if (reader_.pointer(frame + layout.trace) != 0) {
    if (const auto line = reader_.read_or<std::uint32_t>(frame + layout.traced_line, 0); line > 0) {
      return line;
    }
  }
  const std::int64_t last = reader_.read_or<std::int32_t>(frame + layout.last_instruction, -1);
  return code.line(code.first_instruction() +
                   static_cast<std::uint64_t>(last * layout.instruction_unit));
}

/// What is in other frames, a generator or a frame object holds.
bool InterpreterReader::belongs_to_thread(const FoundFrame& frame) const {
  constexpr std::uint8_t kOwnedByThread = 0;
  const Layout::Frame& layout = reader_.layout().frame;
  return layout.form == FrameForm::kObject
             ? reader_.pointer(frame.address + layout.generator) == 0
             : reader_.read_or<std::uint8_t>(frame.address + layout.owner, 0) == kOwnedByThread;
}

std::vector<FoundFrame> InterpreterReader::frames(std::uint64_t thread) const {
  std::vector<FoundFrame> found;
  const Layout::ThreadState& layout = reader_.layout().thread;
  std::uint64_t frame =
      layout.current_frame != 0
          ? reader_.pointer(thread + layout.current_frame)
          : reader_.pointer(reader_.pointer(thread + layout.cframe) + layout.cframe_frame);
  std::unordered_set<std::uint64_t> seen;
  while (frame != 0 && seen.insert(frame).second) {
    const std::uint64_t code = reader_.pointer(frame + reader_.layout().frame.code);
    if (code == 0) {
      break;
    }
    const CodeReader reader(reader_, code);
    found.push_back(
        {reader.qualname(kLongestFunctionName), reader.file(), line(frame, reader), frame});
    frame = reader_.pointer(frame + reader_.layout().frame.previous);
  }
  return found;
}

std::vector<FoundThread> InterpreterReader::threads() const {
  const Layout::ThreadState& layout = reader_.layout().thread;
  std::vector<FoundThread> found;
  std::unordered_set<std::uint64_t> seen;
  for (const std::uint64_t interpreter : interpreters_) {
    std::uint64_t thread = reader_.pointer(interpreter + reader_.layout().interpreter.threads_head);
    while (thread != 0 && seen.insert(thread).second) {
      found.push_back(
          {thread,
           reader_.pointer(thread + layout.thread_id),
           layout.native_thread_id != 0 ? reader_.pointer(thread + layout.native_thread_id) : 0,
           {},
           frames(thread)});
      thread = reader_.pointer(thread + layout.next);
    }
  }
  return found;
}

std::uint64_t InterpreterReader::modules() const {
  return interpreters_.empty()
             ? 0
             : reader_.pointer(interpreters_.back() + reader_.layout().interpreter.modules);
}

void InterpreterReader::read_collector_facts(ProcessFacts& facts) const {
  if (collectors_.empty()) {
    return;
  }
  const std::uint64_t collector = collectors_.front();
  facts.gc_enabled =
      reader_.read_or<std::int32_t>(collector + reader_.layout().collector.enabled, -1);
  for (unsigned generation = 0; generation < kGenerations; ++generation) {
    const std::uint64_t row =
        collector + reader_.layout().collector.generations + generation * kGenerationSize;
    facts.gc_threshold.at(generation) =
        reader_.read_or<std::int32_t>(row + kGenerationThreshold, -1);
    facts.gc_count.at(generation) = reader_.read_or<std::int32_t>(row + kGenerationCount, -1);
  }
}

}  // namespace heapscan::dump::cpython
