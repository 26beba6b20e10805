#include "tests/unit/dump/runtime/random_program.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "analysis/cycles/cycles.h"
#include "dump/native_roots.h"
#include "dump/runtime/heap_dump.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/types/values.h"
#include "tests/support/oracles.h"

namespace heapscan::tests {
namespace {

using dump::Heap;
using dump::ObjectFlags;
using dump::ObjectId;
using dump::runtime::Object;

TEST(RandomPrograms, DoTheSameOnTheRuntimeAndOnTheModel) {
  const std::uint32_t programs = dump::runtime::kDebugBuild ? 6 : 24;
  std::uint64_t collected = 0;
  for (std::uint32_t seed = 1; seed <= programs; ++seed) {
    SCOPED_TRACE(seed);
    RandomProgram program(seed);
    for (int step = 0; step < 4000; ++step) {
      program.step();
      program.check();
      if (testing::Test::HasFailure()) {
        FAIL() << "at step " << step;
      }
    }
    collected += program.collected();
  }
  EXPECT_GT(collected, programs * 100U);
}

Heap raw_heap(const dump::runtime::Runtime& runtime) {
  dump::HeapBuilder builder;
  dump::runtime::DumpOptions options;
  options.process_facts = false;
  dump::runtime::fill_heap(runtime, options, builder);
  return std::move(builder).finish();
}

const Object* object_at(const Heap& heap, ObjectId id) {
  return reinterpret_cast<const Object*>(heap.address(id));  // NOLINT(performance-no-int-to-ptr)
}

/// Checks that the count, size and surplus of each object agree with the runtime and the program's
/// Refs.
void expect_exact(RandomProgram& program) {
  const Heap heap = raw_heap(program.runtime());
  std::map<const Object*, std::uint64_t> held;
  program.count_refs(held);
  const auto surplus = dump::surplus_counts(heap);
  for (const ObjectId id : heap.objects()) {
    const Object* const object = object_at(heap, id);
    const dump::runtime::View view(const_cast<Object*>(object));
    ASSERT_EQ(heap.refcount(id), dump::runtime::getrefcount(view));
    ASSERT_EQ(heap.size(id), dump::runtime::getsizeof(view));
    ASSERT_EQ(surplus[id.value()], static_cast<std::int64_t>(held[object])) << heap.type_name(id);
  }
}

/// What the analysis of a dump finds unreachable and the collector tracks.
std::set<const Object*> garbage_of_dump(const dump::runtime::Runtime& runtime) {
  const Heap heap = dump::with_native_roots(raw_heap(runtime));
  const auto garbage = analysis::find_garbage(heap, tests::reachable_objects(heap));
  const auto reachable = tests::reachable_objects(heap);
  std::set<const Object*> result;
  std::uint64_t unreachable = 0;
  for (const ObjectId id : heap.objects()) {
    if (!reachable.contains(id)) {
      ++unreachable;
      if (heap.flags(id).has(ObjectFlags::kGcTracked)) {
        result.insert(object_at(heap, id));
      }
    }
  }
  EXPECT_EQ(garbage.objects, unreachable);
  return result;
}

TEST(RandomPrograms, AreDumpedExactlyAndTheirGarbageIsWhatTheCollectorFinds) {
  const std::uint32_t programs = dump::runtime::kDebugBuild ? 60 : 400;
  std::uint64_t found = 0;
  for (std::uint32_t seed = 1000; seed < 1000 + programs; ++seed) {
    SCOPED_TRACE(seed);
    RandomProgram program(seed);
    for (std::uint32_t step = 0; step < 300 + seed % 1200; ++step) {
      program.step(seed % 4 == 0);
    }
    expect_exact(program);
    const auto expected = garbage_of_dump(program.runtime());
    auto& gc = program.runtime().gc();
    gc.set_save_all(true);
    gc.collect();
    gc.set_save_all(false);
    std::set<const Object*> saved;
    for (const auto& object : gc.take_garbage()) {
      saved.insert(object.get());
    }
    ASSERT_EQ(saved, expected);
    found += expected.size();
  }
  EXPECT_GT(found, programs * 10U);
}

}  // namespace
}  // namespace heapscan::tests
