// The program: a list of a number and a dict that holds a tuple is put into a ring of 10,000 slots,
// where it replaces an older one, which is freed. It is written twice: in C++ on the runtime, and
// in Python. tracemalloc records one frame per block, as the runtime does. Here the rival of each
// program is the same program untraced: the ratio is the cost of tracing.

#include <cstdint>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "tests/bench/runtime_contests.h"

namespace heapscan::bench {
namespace {

constexpr std::size_t kSteps = 200'000;
constexpr std::size_t kRing = 10'000;

constexpr const char* kPythonCode = R"(
import tracemalloc

def untraced():
    ring = [None] * 10_000
    for step in range(200_000):
        number = 1000 + step
        entries = {}
        entries['number'] = number
        entries['items'] = (number, number)
        made = []
        made.append(number)
        made.append(entries)
        ring[step % 10_000] = made

def traced():
    tracemalloc.start(1)
    untraced()
    tracemalloc.stop()
)";

void run_program(dump::runtime::Runtime& runtime) {
  namespace rt = dump::runtime;
  const rt::FrameScope frame(runtime, "program");
  const rt::Ref number_key = rt::str::make(runtime, "number");
  const rt::Ref items_key = rt::str::make(runtime, "items");
  std::vector<rt::Ref> ring(kRing);
  for (std::size_t step = 0; step < kSteps; ++step) {
    const rt::Ref number = rt::integer(runtime, static_cast<std::int64_t>(1000 + step));
    const rt::Ref entries = rt::dict::make(runtime);
    rt::dict::set(entries, number_key, number);
    rt::dict::set(entries, items_key, rt::tuple::make(runtime, {number, number}));
    rt::Ref made = rt::list::make(runtime);
    rt::list::append(made, number);
    rt::list::append(made, entries);
    ring[step % kRing] = std::move(made);
  }
}

Contestant program_on_runtime(bool traced) {
  return {traced ? "traced" : "untraced", [traced] {
            dump::runtime::Runtime runtime;
            runtime.gc().disable();
            return std::vector<double>{seconds_of([&runtime, traced] {
              if (traced) {
                runtime.tracer().start();
              }
              run_program(runtime);
              runtime.tracer().stop();
            })};
          }};
}

Contestant python_program(const CPython& python, const char* name) {
  return {name, [&python, name] {
            const PyRef function(python, python.global(name));
            return std::vector<double>{
                seconds_of([&python, &function] { python.call(function.get()); })};
          }};
}

}  // namespace

void contest_of_tracers(Contest& contest, const CPython& python) {
  python.execute(kPythonCode);
  contest.hold({"a program, traced"}, {program_on_runtime(true), program_on_runtime(false)},
               {std::nullopt});
  contest.hold({"in Python, under tracemalloc"},
               {python_program(python, "traced"), python_program(python, "untraced")},
               {std::nullopt});
}

}  // namespace heapscan::bench
