#include "dump/cpython/interpreter_reader.h"

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
constexpr std::uint64_t kStatsSize = 24;  // struct gc_generation_stats: three Py_ssize_t.

// Low bits of _gc_prev are flags.
constexpr std::uint64_t kLinkMask = ~std::uint64_t{3};

constexpr std::size_t kLongestFunctionName = 300;

}  // namespace

InterpreterReader::InterpreterReader(const ObjectReader& reader, std::uint64_t runtime)
    : reader_(reader) {
  std::uint64_t interpreter = reader_.pointer(runtime + reader_.layout().runtime.interpreters_head);
  while (interpreter != 0 && interpreters_.size() < kMostInterpreters) {
    interpreters_.push_back(interpreter);
    interpreter = reader_.pointer(interpreter + reader_.layout().interpreter.next);
  }
}

std::string InterpreterReader::check(TypeTable& types) const {
  if (interpreters_.empty()) {
    return "the interpreter has not started or has ended";
  }
  for (const std::uint64_t interpreter : interpreters_) {
    const std::uint64_t collector = interpreter + reader_.layout().interpreter.gc;
    if (reader_.pointer(collector + reader_.layout().collector.generation0) !=
        collector + reader_.layout().collector.generations) {
      return "the cycle collector is not where CPython " + std::to_string(reader_.layout().major) +
             "." + std::to_string(reader_.layout().minor) + " has it";
    }
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
  for (const std::uint64_t interpreter : interpreters_) {
    if (reader_.read_or<std::int32_t>(
            interpreter + reader_.layout().interpreter.gc + reader_.layout().collector.collecting,
            0) != 0) {
      return true;
    }
  }
  return false;
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
  for (const std::uint64_t interpreter : interpreters_) {
    const std::uint64_t collector = interpreter + reader_.layout().interpreter.gc;
    for (unsigned generation = 0; generation < kGenerations; ++generation) {
      walk_list(collector + reader_.layout().collector.generations + generation * kGenerationSize,
                generation);
    }
    walk_list(collector + reader_.layout().collector.permanent, ObjectFlags::kPermanentGeneration);
  }
  return objects;
}

std::vector<FoundFrame> InterpreterReader::frames(std::uint64_t thread) const {
  std::vector<FoundFrame> found;
  const std::uint64_t cframe = reader_.pointer(thread + reader_.layout().thread.cframe);
  std::uint64_t frame = reader_.pointer(cframe + reader_.layout().thread.cframe_frame);
  std::unordered_set<std::uint64_t> seen;
  while (frame != 0 && seen.insert(frame).second) {
    const std::uint64_t code = reader_.pointer(frame + reader_.layout().frame.code);
    if (code == 0) {
      break;
    }
    const CodeReader reader(reader_, code);
    found.push_back(
        {reader.qualname(kLongestFunctionName), reader.file(),
         reader.line(reader_.pointer(frame + reader_.layout().frame.previous_instruction)), frame});
    frame = reader_.pointer(frame + reader_.layout().frame.previous);
  }
  return found;
}

std::vector<FoundThread> InterpreterReader::threads() const {
  std::vector<FoundThread> found;
  std::unordered_set<std::uint64_t> seen;
  for (const std::uint64_t interpreter : interpreters_) {
    std::uint64_t thread = reader_.pointer(interpreter + reader_.layout().interpreter.threads_head);
    while (thread != 0 && seen.insert(thread).second) {
      found.push_back({thread,
                       reader_.pointer(thread + reader_.layout().thread.native_thread_id),
                       {},
                       frames(thread)});
      thread = reader_.pointer(thread + reader_.layout().thread.next);
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
  if (interpreters_.empty()) {
    return;
  }
  // The main interpreter is the last in the list: new ones are put in front.
  const std::uint64_t collector = interpreters_.back() + reader_.layout().interpreter.gc;
  facts.gc_enabled =
      reader_.read_or<std::int32_t>(collector + reader_.layout().collector.enabled, -1);
  for (unsigned generation = 0; generation < kGenerations; ++generation) {
    const std::uint64_t row =
        collector + reader_.layout().collector.generations + generation * kGenerationSize;
    facts.gc_threshold.at(generation) =
        reader_.read_or<std::int32_t>(row + kGenerationThreshold, -1);
    facts.gc_count.at(generation) = reader_.read_or<std::int32_t>(row + kGenerationCount, -1);
    const std::uint64_t stats =
        collector + reader_.layout().collector.stats + generation * kStatsSize;
    facts.gc_collections.at(generation) = reader_.read_or<std::int64_t>(stats, -1);
    facts.gc_collected.at(generation) = reader_.read_or<std::int64_t>(stats + 8, -1);
    facts.gc_uncollectable.at(generation) = reader_.read_or<std::int64_t>(stats + 16, -1);
  }
}

}  // namespace heapscan::dump::cpython
