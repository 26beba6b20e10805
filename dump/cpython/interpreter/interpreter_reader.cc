#include "dump/cpython/interpreter/interpreter_reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "dump/cpython/objects/builtin/code.h"
#include "dump/cpython/objects/builtin/frames.h"
#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/model/object_header.h"

// Enumeration of threads and tracked objects; roots are in interpreter_roots.cc.
namespace heapscan::dump::cpython {
namespace {

/// A collector's list cannot have more headers than fit in memory.
constexpr std::uint64_t kLeastObject = 32;

// struct gc_generation: {PyGC_Head, int threshold, int count}.
constexpr std::uint64_t kGenerationSize = 24;
constexpr std::uint64_t kGenerationThreshold = 16;
constexpr std::uint64_t kGenerationCount = 20;
constexpr unsigned kGenerations = 3;
constexpr std::uint64_t kStatsSize = 24;  // struct gc_generation_stats: three Py_ssize_t.

/// enum _frameowner: a thread, a generator, a frame object.
constexpr std::uint8_t kLastOwnerWithCode = 2;

constexpr std::size_t kLongestFunctionName = 300;

/// A link of the collector's lists without the flags in its lowest bits.
Address link_at(const ObjectReader& reader, Address place) {
  constexpr std::uint64_t kFlags = 3;
  return Address(reader.word(place) & ~kFlags);
}

}  // namespace

Address InterpreterReader::main_thread() const {
  return reader_.pointer(reader_.runtime() + reader_.layout().runtime.main_thread);
}

std::string InterpreterReader::check(TypeTable& types) const {
  // Check what the running build publishes first: a build with other structures fails here.
  for (const PublishedNumber& published : reader_.layout().published) {
    const std::uint64_t found = reader_.word(reader_.runtime() + published.position);
    if (found != published.number) {
      return fmt::format("it was built with other structures: {} is {}, but {} in CPython {}.{}",
                         published.name, found, published.number, reader_.layout().major,
                         reader_.layout().minor);
    }
  }
  if (reader_.interpreters().empty()) {
    return "the interpreter has not started or has ended";
  }
  for (const Address collector : reader_.collectors()) {
    const Layout::Collector& layout = reader_.layout().collector;
    const Address callbacks = reader_.pointer(collector + layout.callbacks);
    const TypeInfo* const type = types.find(reader_.pointer(callbacks + offset::kType));
    // An interpreter that is being created has no list of callbacks yet.
    const bool is_first = collector == reader_.collectors().front();
    const bool fits =
        layout.generation0 != 0
            ? reader_.pointer(collector + layout.generation0) == collector + layout.generations
            : (!callbacks && !is_first) || (type != nullptr && type->name == "list");
    if (!fits) {
      return "the cycle collector is not where CPython " + std::to_string(reader_.layout().major) +
             "." + std::to_string(reader_.layout().minor) + " has it";
    }
  }
  for (const Address interpreter : reader_.interpreters()) {
    if (std::string fault = check_interpreter(interpreter, types); !fault.empty()) {
      return fault + reader_.of_interpreter(interpreter);
    }
  }
  return {};
}

/// Interpreters other than the main one come and go while the program runs: what one does not have
/// yet, or no longer has, is null.
std::string InterpreterReader::check_interpreter(Address interpreter, TypeTable& types) const {
  const bool is_main = interpreter == reader_.main_interpreter();
  const Address thread = reader_.pointer(interpreter + reader_.layout().interpreter.threads_head);
  if ((is_main || thread) &&
      reader_.pointer(thread + reader_.layout().thread.interpreter) != interpreter) {
    return "the first thread does not belong to its interpreter";
  }
  for (const std::uint64_t field :
       {reader_.layout().interpreter.modules, reader_.layout().interpreter.sysdict,
        reader_.layout().interpreter.builtins}) {
    const Address dict = reader_.pointer(interpreter + field);
    if (!is_main && !dict) {
      continue;
    }
    const TypeInfo* const type = types.find(reader_.pointer(dict + offset::kType));
    if (type == nullptr || type->name != "dict") {
      return "the dict of modules, sys or builtins is not a dict (the program is starting or "
             "ending)";
    }
    if (!type_dict(reader_, type->address)) {
      return fmt::format("static types have no dict where CPython {}.{} keeps it",
                         reader_.layout().major, reader_.layout().minor);
    }
  }
  return {};
}

bool InterpreterReader::collecting() const {
  const std::vector<Address>& collectors = reader_.collectors();
  return std::any_of(collectors.begin(), collectors.end(), [&](Address collector) {
    return reader_.read_or<std::int32_t>(collector + reader_.layout().collector.collecting, 0) != 0;
  });
}

std::vector<TrackedObject> InterpreterReader::tracked_objects(bool& damaged) const {
  std::uint64_t most = 0;
  for (const MemoryImage::Range& range : reader_.image().ranges()) {
    most += (range.end - range.begin) / kLeastObject;
  }
  std::vector<TrackedObject> objects;
  const auto walk_list = [&](Address head, unsigned generation) {
    Address previous = head;
    Address header = link_at(reader_, head + offset::kGcNext);
    while (header != head) {
      // Each link is checked backwards, so a list that was being changed ends here.
      if (link_at(reader_, header + offset::kGcPrevious) != previous || objects.size() >= most) {
        damaged = true;
        return;
      }
      objects.push_back({header + offset::kGcHeadSize, generation});
      previous = header;
      header = link_at(reader_, header + offset::kGcNext);
    }
  };
  for (const Address collector : reader_.collectors()) {
    for (unsigned generation = 0; generation < kGenerations; ++generation) {
      walk_list(collector + reader_.layout().collector.generations + generation * kGenerationSize,
                generation != 0 && reader_.layout().collector.two_old_spaces ? kGenerations - 1
                                                                             : generation);
    }
    walk_list(collector + reader_.layout().collector.permanent, ObjectFlags::kPermanentGeneration);
  }
  return objects;
}

std::uint32_t InterpreterReader::line(Address frame, const CodeReader& code) const {
  const Layout::Frame& layout = reader_.layout().frame;
  if (layout.form == FrameForm::kInternal) {
    return code.line(reader_.pointer(frame + layout.previous_instruction));
  }
  if (reader_.pointer(frame + layout.trace)) {
    if (const auto line = reader_.read_or<std::uint32_t>(frame + layout.traced_line, 0); line > 0) {
      return line;
    }
  }
  const std::int64_t last = reader_.read_or<std::int32_t>(frame + layout.last_instruction, -1);
  return code.line(code.first_instruction() +
                   static_cast<std::uint64_t>(last * layout.instruction_unit));
}

/// The contents of other frames are held by a generator or a frame object.
bool InterpreterReader::belongs_to_thread(const FoundFrame& frame) const {
  constexpr std::uint8_t kOwnedByThread = 0;
  const Layout::Frame& layout = reader_.layout().frame;
  return layout.form == FrameForm::kObject
             ? !reader_.pointer(frame.address + layout.generator)
             : reader_.read_or<std::uint8_t>(frame.address + layout.owner, 0) == kOwnedByThread;
}

std::vector<FoundFrame> InterpreterReader::frames(Address thread) const {
  std::vector<FoundFrame> found;
  const Layout::ThreadState& layout = reader_.layout().thread;
  Address frame =
      layout.current_frame != 0
          ? reader_.pointer(thread + layout.current_frame)
          : reader_.pointer(reader_.pointer(thread + layout.cframe) + layout.cframe_frame);
  std::unordered_set<Address> seen;
  while (frame && seen.insert(frame).second) {
    // Between two calls from C code there is a frame without a function.
    const std::uint16_t owner = reader_.layout().frame.owner;
    if (owner == 0 || reader_.read_or<std::uint8_t>(frame + owner, 0) <= kLastOwnerWithCode) {
      const Address code = stack_reference(reader_, frame + reader_.layout().frame.code).object;
      if (!code) {
        break;
      }
      const CodeReader reader(reader_, code);
      found.push_back(
          {reader.qualname(kLongestFunctionName), reader.file(), line(frame, reader), frame});
    }
    frame = reader_.pointer(frame + reader_.layout().frame.previous);
  }
  return found;
}

std::vector<FoundThread> InterpreterReader::threads() const {
  const Layout::ThreadState& layout = reader_.layout().thread;
  std::vector<FoundThread> found;
  std::unordered_set<Address> seen;
  for (const Address interpreter : reader_.interpreters()) {
    Address thread = reader_.pointer(interpreter + reader_.layout().interpreter.threads_head);
    while (thread && seen.insert(thread).second) {
      found.push_back(
          {thread,
           interpreter,
           reader_.pointer(thread + layout.thread_id),
           layout.native_thread_id != 0 ? reader_.word(thread + layout.native_thread_id) : 0,
           {},
           frames(thread)});
      thread = reader_.pointer(thread + layout.next);
    }
  }
  return found;
}

void InterpreterReader::read_collector_facts(ProcessFacts& facts) const {
  if (reader_.collectors().empty()) {
    return;
  }
  const Address collector = reader_.collectors().front();
  facts.gc_enabled =
      reader_.read_or<std::int32_t>(collector + reader_.layout().collector.enabled, -1);
  for (unsigned generation = 0; generation < kGenerations; ++generation) {
    const Address row =
        collector + reader_.layout().collector.generations + generation * kGenerationSize;
    facts.gc_threshold.at(generation) =
        reader_.read_or<std::int32_t>(row + kGenerationThreshold, -1);
    facts.gc_count.at(generation) = reader_.read_or<std::int32_t>(row + kGenerationCount, -1);
    const Address stats = collector + reader_.layout().collector.stats + generation * kStatsSize;
    facts.gc_collections.at(generation) = reader_.read_or<std::int64_t>(stats, -1);
    facts.gc_collected.at(generation) = reader_.read_or<std::int64_t>(stats + 8, -1);
    facts.gc_uncollectable.at(generation) = reader_.read_or<std::int64_t>(stats + 16, -1);
  }
}

}  // namespace heapscan::dump::cpython
