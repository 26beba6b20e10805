// Measures the analyses on heaps shaped like real ones, or on dumps: the arguments are numbers of
// objects and files. Compare ratios within one run: each row has its CPU time as a multiple of a
// depth-first search, which walks the same arrays, does nothing else, and is measured right before
// on the same heap; and the bytes that it takes beyond the heap, including its result.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/graph/strong_components.hpp>

#include "analysis/cycles/cycles.h"
#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "analysis/histogram/grouping.h"
#include "analysis/histogram/histogram.h"
#include "analysis/suspects/suspects.h"
#include "analysis/waste/waste.h"
#include "dump/heap_graph.h"
#include "formats/open_dump.h"
#include "tests/support/counted_allocations.h"
#include "tests/support/oracles.h"
#include "tests/support/realistic_heap.h"

namespace heapscan {
namespace {

using dump::Heap;
using dump::ObjectId;

constexpr std::uint32_t kMostForBoost = 1'500'000;

double processor_seconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The lower bound for everything that has to follow all references in depth-first order.
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

/// The generated heap with the given number of objects, or the one in the file of that name.
Heap heap_named(const std::string& name) {
  const bool number = name.find_first_not_of("0123456789") == std::string::npos;
  return number ? tests::realistic_heap(static_cast<std::uint32_t>(std::stoul(name)))
                : formats::open_dump(name);
}

/// A heap, the results on which other analyses depend, and how long a search of it takes.
struct Subject {
  Heap heap;
  analysis::DominatorTree dominators;
  analysis::PathForest paths;
  double search_seconds = 0;

  explicit Subject(const std::string& name)
      : heap(heap_named(name)), dominators(analysis::dominator_tree(heap)), paths(heap) {
    constexpr int kRuns = 3;
    search_seconds = 1e9;
    for (int run = 0; run < kRuns; ++run) {
      const double begin = processor_seconds();
      benchmark::DoNotOptimize(depth_first_search(heap));
      search_seconds = std::min(search_seconds, processor_seconds() - begin);
    }
  }
};

/// The subject with this name. Only the last one is kept: one with 50 million objects takes 4 GB.
const Subject& subject_named(const std::string& name) {
  static std::map<std::string, Subject> last;
  if (!last.contains(name)) {
    last.clear();
    last.try_emplace(name, name);
  }
  return last.at(name);
}

using Work = std::function<void(const Subject&)>;

void measure(benchmark::State& state, const Subject& subject, const Work& work) {
  double best = 1e9;
  const std::size_t before = tests::bytes_in_use();
  tests::reset_peak();
  for (auto iteration : state) {
    const double begin = processor_seconds();
    work(subject);
    best = std::min(best, processor_seconds() - begin);
  }
  const auto bytes = static_cast<double>(tests::peak_of_bytes_in_use() - before);
  state.counters["objects"] = subject.heap.object_count();
  state.counters["references"] = static_cast<double>(subject.heap.reference_count());
  state.counters["seconds"] = best;
  state.counters["searches"] = best / subject.search_seconds;
  state.counters["bytes/object"] = bytes / subject.heap.object_count();
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

/// Includes the construction of a heap, because a heap caches its reverse references; that is a
/// check of the columns, and takes a tenth of the time.
void reverse_references(const Subject& subject) {
  const Heap fresh(subject.heap.columns());
  benchmark::DoNotOptimize(fresh.referrers(ObjectId(0)));
}

const std::vector<std::pair<const char*, Work>>& works() {
  static const std::vector<std::pair<const char*, Work>> all = {
      {"depth_first_search", [](const Subject& s) { keep(depth_first_search(s.heap)); }},
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

/// It takes 724 bytes for each object, and a deep stack.
void dominators_by_boost(benchmark::State& state, const std::string& name) {
  const Subject& subject = subject_named(name);
  if (subject.heap.object_count() > kMostForBoost) {
    state.SkipWithError("too large for it");
    return;
  }
  (void)subject.heap.referrers(ObjectId(0));
  measure(state, subject, [](const Subject& s) { keep(tests::dominators_by_boost(s.heap)); });
}

void register_all(const std::string& subject) {
  const auto add = [&](const std::string& name, auto run) {
    benchmark::RegisterBenchmark((name + "/" + subject).c_str(), run)
        ->Unit(benchmark::kMillisecond);
  };
  for (const auto& [name, work] : works()) {
    add(name, [subject, &work = work](benchmark::State& state) {
      measure(state, subject_named(subject), work);
    });
  }
  add("dominators_by_boost",
      [subject](benchmark::State& state) { dominators_by_boost(state, subject); });
}

}  // namespace
}  // namespace heapscan

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::vector<std::string> subjects(argv + 1, argv + argc);
  if (subjects.empty()) {
    subjects = {"1000000", "10000000"};
  }
  for (const std::string& subject : subjects) {
    heapscan::register_all(subject);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
