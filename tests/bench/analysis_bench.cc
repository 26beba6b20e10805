// Measures the analyses on heaps with the shape of real ones. Ratios within one run are what to
// compare: the most useful one is dominators against depth_first_search, which walks the same
// arrays and does nothing else. The argument of each benchmark is the number of objects.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/graph/strong_components.hpp>

#include "analysis/dominators.h"
#include "analysis/histogram.h"
#include "analysis/reachability.h"
#include "dump/heap_graph.h"
#include "tests/support/oracles.h"
#include "tests/support/realistic_heap.h"

namespace heapscan {
namespace {

using dump::Heap;
using dump::ObjectId;

/// The heap of this size. Only the last one is kept: one of 50 million objects takes 4 GB.
const Heap& heap_of(std::int64_t objects) {
  static std::map<std::int64_t, Heap> last;
  if (!last.contains(objects)) {
    last.clear();
    last.emplace(objects, tests::realistic_heap(static_cast<std::uint32_t>(objects)));
  }
  return last.at(objects);
}

void report_size(benchmark::State& state, const Heap& heap) {
  state.counters["objects"] = heap.object_count();
  state.counters["references"] = static_cast<double>(heap.reference_count());
  state.counters["ns/object"] =
      benchmark::Counter(heap.object_count(), benchmark::Counter::kIsIterationInvariantRate |
                                                  benchmark::Counter::kInvert);
}

/// The floor for everything that has to follow all references in depth-first order.
void depth_first_search(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  for (auto iteration : state) {
    analysis::ObjectSet visited(heap.object_count());
    std::vector<ObjectId> pending;
    std::uint32_t count = 0;
    for (const dump::Root& root : heap.roots()) {
      pending.push_back(root.object);
      while (!pending.empty()) {
        const ObjectId id = pending.back();
        pending.pop_back();
        if (!visited.insert(id)) {
          continue;
        }
        ++count;
        for (const ObjectId target : heap.targets(id)) {
          if (!visited.contains(target)) {
            pending.push_back(target);
          }
        }
      }
    }
    benchmark::DoNotOptimize(count);
  }
  report_size(state, heap);
}

void reachability(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  for (auto iteration : state) {
    benchmark::DoNotOptimize(analysis::reachable_objects(heap));
  }
  report_size(state, heap);
}

void dominators_and_retained(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  for (auto iteration : state) {
    benchmark::DoNotOptimize(analysis::dominator_tree(heap));
  }
  report_size(state, heap);
}

void dominators_by_boost(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  (void)heap.referrers(ObjectId(0));
  for (auto iteration : state) {
    benchmark::DoNotOptimize(tests::dominators_by_boost(heap));
  }
  report_size(state, heap);
}

void strong_components_by_boost(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  for (auto iteration : state) {
    std::vector<std::uint32_t> component(heap.object_count());
    const auto map =
        boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, heap));
    benchmark::DoNotOptimize(boost::strong_components(heap, map));
  }
  report_size(state, heap);
}

/// Making the heap is part of it, because a heap keeps its reverse references: a check of the
/// columns that takes a tenth of the time.
void reverse_references(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  for (auto iteration : state) {
    const Heap fresh(heap.columns());
    benchmark::DoNotOptimize(fresh.referrers(ObjectId(0)));
  }
  report_size(state, heap);
}

void histogram(benchmark::State& state) {
  const Heap& heap = heap_of(state.range(0));
  const analysis::DominatorTree tree = analysis::dominator_tree(heap);
  for (auto iteration : state) {
    benchmark::DoNotOptimize(analysis::histogram_by_type(heap, tree));
  }
  report_size(state, heap);
}

void register_all(std::int64_t objects) {
  for (const auto& [name, function] :
       std::vector<std::pair<const char*, void (*)(benchmark::State&)>>{
           {"depth_first_search", depth_first_search},
           {"reachability", reachability},
           {"dominators_and_retained", dominators_and_retained},
           {"histogram", histogram},
           {"strong_components_by_boost", strong_components_by_boost},
           {"reverse_references", reverse_references}}) {
    benchmark::RegisterBenchmark(name, function)->Arg(objects)->Unit(benchmark::kMillisecond);
  }
  if (objects <= 1'000'000) {
    benchmark::RegisterBenchmark("dominators_by_boost", dominators_by_boost)
        ->Arg(objects)
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace heapscan

int main(int argc, char** argv) {
  // Sizes may be given as plain numbers after the options of the benchmark library.
  benchmark::Initialize(&argc, argv);
  std::vector<std::int64_t> sizes;
  for (int argument = 1; argument < argc; ++argument) {
    sizes.push_back(std::stoll(argv[argument]));
  }
  if (sizes.empty()) {
    sizes = {1'000'000, 10'000'000};
  }
  for (const std::int64_t objects : sizes) {
    heapscan::register_all(objects);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
