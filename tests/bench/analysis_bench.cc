// Measures the analyses on heaps with the shape of real ones. Compare ratios within one run: each
// row has the processor time that it takes as a multiple of a depth-first search, which walks the
// same arrays, does nothing else, and is measured right before on the same heap. The argument of
// each benchmark is the number of objects.

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/graph/strong_components.hpp>

#include "analysis/cycles.h"
#include "analysis/dominators.h"
#include "analysis/grouping.h"
#include "analysis/histogram.h"
#include "analysis/paths.h"
#include "analysis/reachability.h"
#include "analysis/suspects.h"
#include "analysis/waste.h"
#include "dump/heap_graph.h"
#include "tests/support/oracles.h"
#include "tests/support/realistic_heap.h"

namespace heapscan {
namespace {

using dump::Heap;
using dump::ObjectId;

double processor_seconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The floor for everything that has to follow all references in depth-first order.
std::uint32_t depth_first_search(const Heap& heap) {
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
  return count;
}

/// A generated heap, what its analyses need of one another, and how long a search of it takes.
struct Subject {
  Heap heap;
  analysis::DominatorTree dominators;
  analysis::PathForest paths;
  double search_seconds = 0;

  explicit Subject(std::uint32_t objects)
      : heap(tests::realistic_heap(objects)),
        dominators(analysis::dominator_tree(heap)),
        paths(heap) {
    constexpr int kRuns = 3;
    search_seconds = 1e9;
    for (int run = 0; run < kRuns; ++run) {
      const double begin = processor_seconds();
      benchmark::DoNotOptimize(depth_first_search(heap));
      search_seconds = std::min(search_seconds, processor_seconds() - begin);
    }
  }
};

/// The subject of this size. Only the last one is kept: one of 50 million objects takes 3 GB.
const Subject& subject_of(std::int64_t objects) {
  static std::map<std::int64_t, Subject> last;
  if (!last.contains(objects)) {
    last.clear();
    last.try_emplace(objects, static_cast<std::uint32_t>(objects));
  }
  return last.at(objects);
}

using Work = std::function<void(const Subject&)>;

void measure(benchmark::State& state, const Work& work) {
  const Subject& subject = subject_of(state.range(0));
  double best = 1e9;
  for (auto iteration : state) {
    const double begin = processor_seconds();
    work(subject);
    best = std::min(best, processor_seconds() - begin);
  }
  state.counters["objects"] = subject.heap.object_count();
  state.counters["references"] = static_cast<double>(subject.heap.reference_count());
  state.counters["ns/object"] = best * 1e9 / subject.heap.object_count();
  state.counters["searches"] = best / subject.search_seconds;
}

template <class Result>
void keep(Result result) {
  benchmark::DoNotOptimize(result);
}

void strong_components_by_boost(const Subject& subject) {
  std::vector<std::uint32_t> component(subject.heap.object_count());
  const auto map =
      boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, subject.heap));
  keep(boost::strong_components(subject.heap, map));
}

/// Making the heap is part of it, because a heap keeps its reverse references: a check of the
/// columns that takes a tenth of the time.
void reverse_references(const Subject& subject) {
  const Heap fresh(subject.heap.columns());
  benchmark::DoNotOptimize(fresh.referrers(ObjectId(0)));
}

const std::vector<std::pair<const char*, Work>>& works() {
  static const std::vector<std::pair<const char*, Work>> all = {
      {"depth_first_search", [](const Subject& s) { keep(depth_first_search(s.heap)); }},
      {"reachability", [](const Subject& s) { keep(analysis::reachable_objects(s.heap)); }},
      {"paths", [](const Subject& s) { keep(analysis::PathForest(s.heap)); }},
      {"dominators_and_retained", [](const Subject& s) { keep(analysis::dominator_tree(s.heap)); }},
      {"histogram",
       [](const Subject& s) { keep(histogram(s.heap, analysis::group_by_type(s.heap))); }},
      {"histogram_with_retained",
       [](const Subject& s) { keep(analysis::histogram_by_type(s.heap, s.dominators)); }},
      {"suspects", [](const Subject& s) { keep(find_suspects(s.heap, s.dominators, s.paths)); }},
      {"grouping_by_referrers",
       [](const Subject& s) { keep(analysis::group_by_referrers(s.heap)); }},
      {"garbage",
       [](const Subject& s) { keep(analysis::find_garbage(s.heap, s.dominators.reachable)); }},
      {"paths_and_waste",
       [](const Subject& s) { keep(find_waste(s.heap, analysis::PathForest(s.heap))); }},
      {"strong_components_by_boost", strong_components_by_boost},
      {"reverse_references", reverse_references}};
  return all;
}

void register_all(std::int64_t objects) {
  for (const auto& [name, work] : works()) {
    benchmark::RegisterBenchmark(name,
                                 [&work = work](benchmark::State& state) { measure(state, work); })
        ->Arg(objects)
        ->Unit(benchmark::kMillisecond);
  }
  if (objects <= 1'000'000) {
    benchmark::RegisterBenchmark(
        "dominators_by_boost",
        [](benchmark::State& state) {
          (void)subject_of(state.range(0)).heap.referrers(ObjectId(0));
          measure(state, [](const Subject& s) { keep(tests::dominators_by_boost(s.heap)); });
        })
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
