// The rival that matters is CPython's C API: functions that a compiled program calls on objects it
// has, just like those of the runtime. On both sides, a lookup returns a counted reference. Python
// code that does the same is shown alongside. Keys and items are created beforehand; the figures
// include creating and growing the containers, but not destroying them.

#include <algorithm>
#include <cstdint>
#include <random>

#include <fmt/format.h>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "tests/bench/runtime_contests.h"

namespace heapscan::bench {
namespace {

using dump::runtime::Ref;
using dump::runtime::Runtime;

constexpr std::size_t kItems = 1'000'000;
constexpr std::size_t kPerSmallContainer = 8;

constexpr const char* kPythonCode = R"(
import random
class Work:
    pass

def make(items):
    work = Work()
    work.items = items
    work.shuffled = random.Random(1).sample(items, len(items))
    work.groups = [items[at:at + 8] for at in range(0, len(items), 8)]
    return work

of_ints = make([1000 + n for n in range(1_000_000)])
of_strings = make(['key %d' % n for n in range(1_000_000)])

def insert(work):
    work.dict = made = {}
    for item in work.items:
        made[item] = item

def look_up(work):
    made = work.dict
    for item in work.shuffled:
        made[item]

def insert_small(work):
    work.dicts = dicts = []
    for group in work.groups:
        made = {}
        for item in group:
            made[item] = item
        dicts.append(made)

def append(work):
    work.list = made = []
    for item in work.items:
        made.append(item)

def append_small(work):
    work.lists = lists = []
    for group in work.groups:
        made = []
        for item in group:
            made.append(item)
        lists.append(made)

def clear(work):
    work.dict = work.dicts = work.list = work.lists = None
)";

const std::vector<std::string> kParts = {"insert", "look_up", "insert_small", "append",
                                         "append_small"};

std::vector<std::size_t> shuffled_rows() {
  std::vector<std::size_t> rows(kItems);
  for (std::size_t row = 0; row < kItems; ++row) {
    rows[row] = row;
  }
  std::shuffle(rows.begin(), rows.end(), std::mt19937_64(1));
  return rows;
}

/// The items, and the same items in an order in which none is near its predecessor.
template <class Item>
struct Work {
  std::vector<Item> items;
  std::vector<Item> shuffled;
};

template <class Item, class Make>
Work<Item> make_work(Make&& make) {
  Work<Item> work;
  for (std::size_t row = 0; row < kItems; ++row) {
    work.items.push_back(make(row));
  }
  for (const std::size_t row : shuffled_rows()) {
    work.shuffled.push_back(work.items[row]);
  }
  return work;
}

std::vector<double> run_on_runtime(Runtime& runtime, const Work<Ref>& work) {
  namespace rt = dump::runtime;
  const Ref dict = rt::dict::make(runtime);
  const Ref list = rt::list::make(runtime);
  std::vector<Ref> small;
  small.reserve(2 * kItems / kPerSmallContainer);
  std::uint64_t found = 0;
  return {seconds_of([&] {
            for (const Ref& item : work.items) {
              rt::dict::set(dict, item, item);
            }
          }),
          seconds_of([&] {
            for (const Ref& item : work.shuffled) {
              found += rt::dict::find(dict, item) ? 1U : 0U;
            }
          }),
          seconds_of([&] {
            for (std::size_t row = 0; row < kItems; ++row) {
              if (row % kPerSmallContainer == 0) {
                small.push_back(rt::dict::make(runtime));
              }
              rt::dict::set(small.back(), work.items[row], work.items[row]);
            }
          }),
          seconds_of([&] {
            for (const Ref& item : work.items) {
              rt::list::append(list, item);
            }
          }),
          seconds_of([&] {
            for (std::size_t row = 0; row < kItems; ++row) {
              if (row % kPerSmallContainer == 0) {
                small.push_back(rt::list::make(runtime));
              }
              rt::list::append(small.back(), work.items[row]);
            }
          })};
}

std::vector<double> run_on_python(const CPython& python, const Work<PyObject*>& work) {
  const PyRef dict(python, python.dict_new());
  const PyRef list(python, python.list_new(0));
  std::vector<PyRef> small;
  small.reserve(2 * kItems / kPerSmallContainer);
  std::uint64_t found = 0;
  return {seconds_of([&] {
            for (PyObject* const item : work.items) {
              python.dict_set(dict.get(), item, item);
            }
          }),
          seconds_of([&] {
            for (PyObject* const item : work.shuffled) {
              const PyRef value(python, python.get_item(dict.get(), item));
              found += value.get() != nullptr ? 1U : 0U;
            }
          }),
          seconds_of([&] {
            for (std::size_t row = 0; row < kItems; ++row) {
              if (row % kPerSmallContainer == 0) {
                small.emplace_back(python, python.dict_new());
              }
              python.dict_set(small.back().get(), work.items[row], work.items[row]);
            }
          }),
          seconds_of([&] {
            for (PyObject* const item : work.items) {
              python.list_append(list.get(), item);
            }
          }),
          seconds_of([&] {
            for (std::size_t row = 0; row < kItems; ++row) {
              if (row % kPerSmallContainer == 0) {
                small.emplace_back(python, python.list_new(0));
              }
              python.list_append(small.back().get(), work.items[row]);
            }
          })};
}

std::vector<double> run_python_code(const CPython& python, const std::string& work) {
  std::vector<double> taken;
  for (const std::string& part : kParts) {
    python.execute(fmt::format("def part(): {}({})", part, work));
    const PyRef function(python, python.global("part"));
    taken.push_back(seconds_of([&] { python.call(function.get()); }));
  }
  python.execute(fmt::format("clear({})", work));
  return taken;
}

/// `make_ours(runtime, row)` and `make_theirs(row)` create the items.
template <class MakeOurs, class MakeTheirs>
void hold(Contest& contest,
          const CPython& python,
          const std::string& kind,
          const MakeOurs& make_ours,
          const MakeTheirs& make_theirs) {
  Runtime runtime;
  runtime.gc().disable();
  const Work<Ref> ours = make_work<Ref>([&](std::size_t row) { return make_ours(runtime, row); });
  const auto theirs = make_work<PyObject*>(make_theirs);  // Kept until the end of the process.
  contest.hold({fmt::format("insert into a dict of 1 M, {}", kind),
                fmt::format("look up 1 M of them, {}", kind),
                fmt::format("insert into dicts of 8, {}", kind),
                fmt::format("append to a list of 1 M, {}", kind),
                fmt::format("append to lists of 8, {}", kind)},
               {{"runtime", [&] { return run_on_runtime(runtime, ours); }},
                {"C API", [&] { return run_on_python(python, theirs); }},
                {"Python code", [&] { return run_python_code(python, "of_" + kind); }}},
               {1.5, std::nullopt});
}

}  // namespace

void contest_of_containers(Contest& contest, const CPython& python) {
  python.execute(kPythonCode);
  hold(
      contest, python, "ints",
      [](Runtime& runtime, std::size_t row) {
        return dump::runtime::integer(runtime, static_cast<std::int64_t>(1000 + row));
      },
      [&python](std::size_t row) { return python.long_from(static_cast<long long>(1000 + row)); });
  hold(
      contest, python, "strings",
      [](Runtime& runtime, std::size_t row) {
        return dump::runtime::str::make_unshared(runtime, fmt::format("key {}", row));
      },
      [&python](std::size_t row) { return python.text_from(fmt::format("key {}", row).c_str()); });
}

}  // namespace heapscan::bench
