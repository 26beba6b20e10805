// Compares the bundled runtime with malloc and CPython, all in one process and in turn.
//
//     runtime_bench [OBJECTS...] [--rounds N] [--only CONTEST] [--libpython FILE] [--strict]
//
// OBJECTS are the sizes of the graphs to be collected, by default 1,000,000; CONTEST is allocators,
// collectors, containers or tracers. Prints one line for each part and rival, in CPU time, and
// whether its goal is met. With --strict, a missed goal gives exit code 1: for use on an otherwise
// idle machine.

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/bench/runtime_contests.h"

namespace heapscan::bench {
namespace {

struct Options {
  std::vector<std::size_t> objects;
  std::size_t rounds = 5;
  std::string only;
  std::string libpython;
  bool strict = false;
};

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t row = 0; row < arguments.size(); ++row) {
    if (arguments[row] == "--rounds") {
      options.rounds = std::stoull(arguments.at(++row));
    } else if (arguments[row] == "--only") {
      options.only = arguments.at(++row);
    } else if (arguments[row] == "--libpython") {
      options.libpython = arguments.at(++row);
    } else if (arguments[row] == "--strict") {
      options.strict = true;
    } else {
      options.objects.push_back(std::stoull(arguments[row]));
    }
  }
  if (options.objects.empty()) {
    options.objects = {1'000'000};
  }
  return options;
}

/// Whether the goals were met, or do not matter.
bool run(const Options& options) {
  const CPython python(options.libpython);
  fmt::print("CPython {}\n", python.version());
  Contest contest(options.rounds);
  contest.print_head();
  const auto is_wanted = [&options](const char* name) {
    return options.only.empty() || options.only == name;
  };
  if (is_wanted("allocators")) {
    contest_of_allocators(contest, python);
  }
  if (is_wanted("collectors")) {
    for (const std::size_t objects : options.objects) {
      contest_of_collectors(contest, python, objects);
    }
  }
  if (is_wanted("containers")) {
    contest_of_containers(contest, python);
  }
  if (is_wanted("tracers")) {
    contest_of_tracers(contest, python);
  }
  return contest.all_met() || !options.strict;
}

}  // namespace
}  // namespace heapscan::bench

int main(int argc, char** argv) {
  try {
    return heapscan::bench::run(heapscan::bench::parse({argv + 1, argv + argc})) ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "runtime_bench: {}\n", error.what());
    return 2;
  }
}
