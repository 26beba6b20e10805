// The graph: lists, dicts, instances with slots, and tuples in turn. Each refers to the next one
// (so that everything is one cycle), to one of the 64 created around it, and to one anywhere, as
// objects of real programs do: mostly near, some far away. The first object holds all of it.

#include <array>
#include <cstdint>
#include <random>

#include <fmt/format.h>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "tests/bench/runtime_contests.h"

namespace heapscan::bench {
namespace {

constexpr std::size_t kReferences = 3;
constexpr std::size_t kNeighbours = 64;

class BundledHeap {
 public:
  using Object = dump::runtime::Ref;

  BundledHeap() {
    runtime_.gc().disable();
    dump::runtime::ClassFacts facts;
    facts.name = "Node";
    facts.slots = {kSlots.begin(), kSlots.end()};
    facts.has_dict = false;
    facts.has_weak_list = false;
    class_ = dump::runtime::klass::make(runtime_, facts);
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      keys_[key] = dump::runtime::integer(runtime_, static_cast<std::int64_t>(key));
    }
  }

  Object make_list() { return dump::runtime::list::make(runtime_); }

  Object make_dict() { return dump::runtime::dict::make(runtime_); }

  Object make_instance() { return dump::runtime::instance::make(class_); }

  Object make_tuple(const std::array<const Object*, kReferences>& items) {
    return dump::runtime::tuple::make(runtime_, {*items[0], *items[1], *items[2]});
  }

  void append(const Object& list, const Object& item) { dump::runtime::list::append(list, item); }

  void set_entry(const Object& dict, std::size_t key, const Object& value) {
    dump::runtime::dict::set(dict, keys_[key], value);
  }

  void set_slot(const Object& instance, std::size_t slot, const Object& value) {
    dump::runtime::instance::set(instance, kSlots[slot], value);
  }

  void collect() { runtime_.gc().collect(); }

 private:
  static constexpr std::array<const char*, kReferences> kSlots = {"a", "b", "c"};

  dump::runtime::Runtime runtime_;
  Object class_;
  std::array<Object, kReferences> keys_;
};

class PythonHeap {
 public:
  using Object = PyRef;

  explicit PythonHeap(const CPython& python) : python_(python) {
    python.execute("class Node:\n    __slots__ = ('a', 'b', 'c')\n");
    class_ = PyRef(python, python.global("Node"));
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      keys_[key] = PyRef(python, python.long_from(static_cast<long long>(key)));
      slots_[key] = PyRef(python, python.text_from(kSlots[key]));
    }
  }

  Object make_list() { return {python_, python_.list_new(0)}; }

  Object make_dict() { return {python_, python_.dict_new()}; }

  Object make_instance() { return {python_, python_.call_no_arguments(class_.get())}; }

  Object make_tuple(const std::array<const Object*, kReferences>& items) {
    PyObject* const tuple = python_.tuple_new(kReferences);
    for (std::size_t row = 0; row < kReferences; ++row) {
      python_.increase(items[row]->get());
      python_.tuple_set(tuple, static_cast<std::ptrdiff_t>(row), items[row]->get());
    }
    return {python_, tuple};
  }

  void append(const Object& list, const Object& item) {
    python_.list_append(list.get(), item.get());
  }

  void set_entry(const Object& dict, std::size_t key, const Object& value) {
    python_.dict_set(dict.get(), keys_[key].get(), value.get());
  }

  void set_slot(const Object& instance, std::size_t slot, const Object& value) {
    python_.set_attribute(instance.get(), slots_[slot].get(), value.get());
  }

  void collect() { python_.collect(); }

 private:
  static constexpr std::array<const char*, kReferences> kSlots = {"a", "b", "c"};

  const CPython& python_;
  PyRef class_;
  std::array<PyRef, kReferences> keys_;
  std::array<PyRef, kReferences> slots_;
};

/// The graph's first object, which holds all the others.
template <class Heap>
typename Heap::Object make_graph(Heap& heap, std::size_t objects) {
  std::mt19937_64 random(1);
  std::vector<typename Heap::Object> nodes;
  nodes.reserve(objects);
  const auto near = [&](std::size_t row, std::size_t end) {
    const std::size_t first = row < kNeighbours ? 0 : row - kNeighbours;
    return first + random() % (std::min(end, row + kNeighbours) - first);
  };
  for (std::size_t row = 0; row < objects; ++row) {
    switch (row % 4) {
      case 0:
        nodes.push_back(heap.make_list());
        break;
      case 1:
        nodes.push_back(heap.make_dict());
        break;
      case 2:
        nodes.push_back(heap.make_instance());
        break;
      default:
        nodes.push_back(
            heap.make_tuple({&nodes[row - 3], &nodes[near(row, row)], &nodes[random() % row]}));
    }
  }
  for (std::size_t row = 0; row < objects; ++row) {
    const std::array<std::size_t, kReferences> targets = {(row + 1) % objects, near(row, objects),
                                                          random() % objects};
    for (std::size_t reference = 0; reference < kReferences; ++reference) {
      const auto& target = nodes[targets[reference]];
      if (row % 4 == 0) {
        heap.append(nodes[row], target);
      } else if (row % 4 == 1) {
        heap.set_entry(nodes[row], reference, target);
      } else if (row % 4 == 2) {
        heap.set_slot(nodes[row], reference, target);
      }
    }
  }
  return std::move(nodes.front());
}

template <class Heap>
std::vector<double> collect_alive_and_dead(Heap& heap, std::size_t objects) {
  typename Heap::Object first = make_graph(heap, objects);
  heap.collect();  // From here on, no object is young.
  const double alive = seconds_of([&] { heap.collect(); });
  first = typename Heap::Object();
  const double dead = seconds_of([&] { heap.collect(); });
  return {alive, dead};
}

}  // namespace

void contest_of_collectors(Contest& contest, const CPython& python, std::size_t objects) {
  contest.hold({fmt::format("collect {} objects, alive", objects),
                fmt::format("collect {} objects, garbage", objects)},
               {{"runtime",
                 [objects] {
                   BundledHeap heap;
                   return collect_alive_and_dead(heap, objects);
                 }},
                {"gc.collect()",
                 [objects, &python] {
                   PythonHeap heap(python);
                   return collect_alive_and_dead(heap, objects);
                 }}},
               {1.0});
}

}  // namespace heapscan::bench
