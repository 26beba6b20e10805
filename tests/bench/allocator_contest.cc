// The trace: a table of slots is filled with blocks up to the working set. Then, repeatedly, the
// block in one slot is replaced by a new one: half of the slots are chosen at random (long-lived
// blocks), half among the 64 that were chosen last (short-lived blocks). Sizes are those of Python
// objects: most from 16 to 128 bytes, some up to 512, one in fifty larger. The first word of each
// block is written to. At the end all blocks are freed.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include <fmt/format.h>

#include "dump/runtime/memory/allocator.h"
#include "tests/bench/runtime_contests.h"

namespace heapscan::bench {
namespace {

constexpr std::size_t kReplacements = 2'000'000;
constexpr std::size_t kRecentSlots = 64;

struct Request {
  std::uint32_t slot = 0;
  std::uint32_t size = 0;
};

struct Trace {
  std::vector<std::uint32_t> first_sizes;  ///< By slot.
  std::vector<Request> replacements;
};

std::uint32_t random_size(std::mt19937_64& random) {
  const std::uint64_t kind = random() % 50;
  const std::uint64_t limit = kind == 0 ? 4096 : kind < 10 ? 512 : 128;
  return static_cast<std::uint32_t>(random() % limit + 1);
}

Trace make_trace(std::size_t working_set) {
  std::mt19937_64 random(1);
  Trace trace;
  for (std::size_t bytes = 0; bytes < working_set; bytes += trace.first_sizes.back()) {
    trace.first_sizes.push_back(random_size(random));
  }
  const std::uint64_t slots = trace.first_sizes.size();
  for (std::size_t number = 0; number < kReplacements; ++number) {
    const std::size_t recent = std::min(number, kRecentSlots);
    const bool again = recent > 0 && random() % 2 == 0;
    const auto slot = again ? trace.replacements[number - 1 - random() % recent].slot
                            : static_cast<std::uint32_t>(random() % slots);
    trace.replacements.push_back({slot, random_size(random)});
  }
  return trace;
}

struct Malloc {
  static constexpr const char* kName = "malloc";

  [[nodiscard]] void* allocate(std::size_t size) const { return std::malloc(size); }

  void release(void* block, std::size_t /*size*/) const { std::free(block); }
};

struct PythonMalloc {
  const CPython& python;

  [[nodiscard]] void* allocate(std::size_t size) const { return python.object_malloc(size); }

  void release(void* block, std::size_t /*size*/) const { python.object_free(block); }
};

/// The blocks of one contestant, by slot.
template <class Allocator>
class Player {
 public:
  explicit Player(Allocator& allocator) : allocator_(allocator) {}

  void fill(const Trace& trace) {
    slots_.resize(trace.first_sizes.size());
    for (std::size_t row = 0; row < slots_.size(); ++row) {
      put(slots_[row], trace.first_sizes[row]);
    }
  }

  void replace(const Trace& trace) {
    for (const Request& request : trace.replacements) {
      Slot& slot = slots_[request.slot];
      allocator_.release(slot.block, slot.size);
      put(slot, request.size);
    }
  }

  void drain() {
    for (const Slot& slot : slots_) {
      allocator_.release(slot.block, slot.size);
    }
  }

 private:
  struct Slot {
    void* block = nullptr;
    std::size_t size = 0;
  };

  void put(Slot& slot, std::size_t size) {
    slot = {allocator_.allocate(size), size};
    *static_cast<unsigned char*>(slot.block) = 1;
  }

  Allocator& allocator_;
  std::vector<Slot> slots_;
};

template <class Allocator>
std::vector<double> play(Allocator& allocator, const Trace& trace) {
  Player<Allocator> player(allocator);
  return {seconds_of([&player, &trace] {
    player.fill(trace);
    player.replace(trace);
    player.drain();
  })};
}

}  // namespace

void contest_of_allocators(Contest& contest, const CPython& python) {
  for (const std::size_t mebibytes : {1U, 8U, 64U}) {
    const Trace trace = make_trace(mebibytes << 20U);
    contest.hold({fmt::format("allocate and free, {} MiB in use", mebibytes)},
                 {{"runtime",
                   [&trace] {
                     dump::runtime::Allocator allocator;
                     return play(allocator, trace);
                   }},
                  {"malloc",
                   [&trace] {
                     Malloc allocator;
                     return play(allocator, trace);
                   }},
                  {"PyObject_Malloc",
                   [&trace, &python] {
                     PythonMalloc allocator{python};
                     return play(allocator, trace);
                   }}},
                 {1.0, 1.0});
  }
}

}  // namespace heapscan::bench
