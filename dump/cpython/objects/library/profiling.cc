#include <unordered_set>
#include <vector>

#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/walking.h"

// cProfile.
namespace heapscan::dump::cpython {
namespace {

// ProfilerObject, and its entries, which begin with a rotating_node_t.
constexpr std::uint64_t kProfilerEntries = 16;
constexpr std::uint64_t kProfilerEntryLeft = 8;
constexpr std::uint64_t kProfilerEntryRight = 16;
constexpr std::uint64_t kProfilerEntryFunction = 24;
constexpr std::uint64_t kProfilerEntrySize = 32;

/// A profiler has an entry for each function that it saw, in a binary tree; a damaged tree may have
/// cycles, so each entry is visited once.
void walk_profiler(const WalkContext& context,
                   Address profiler,
                   const TypeInfo& /*type*/,
                   ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  std::unordered_set<Address> seen;
  std::vector<Address> pending = {reader.pointer(profiler + kProfilerEntries)};
  while (!pending.empty()) {
    const Address entry = pending.back();
    pending.pop_back();
    if (reader.bytes(entry, kProfilerEntrySize) == nullptr || !seen.insert(entry).second) {
      continue;
    }
    visit_pointer(reader, entry + kProfilerEntryFunction, {"function", ReferenceKind::kInternal},
                  visitor);
    pending.push_back(reader.pointer(entry + kProfilerEntryLeft));
    pending.push_back(reader.pointer(entry + kProfilerEntryRight));
  }
}

constexpr TypeTraits kProfiler = {.walk = walk_profiler};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_lsprof.Profiler", since(8).until(11), 64, kProfiler, {{internal(48, "timer")}}},
    {"_lsprof.Profiler", since(12), 80, kProfiler,
     {{internal(72, "missing"), internal(48, "timer")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> profiling_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
