#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/contest.h"
#include "tests/bench/cpython.h"

namespace heapscan::bench {

/// The allocator compared with malloc and CPython's, on one trace with three working sets.
void contest_of_allocators(Contest& contest, const CPython& python);

/// Full collections of a graph with the given number of objects: all alive, and all garbage.
void contest_of_collectors(Contest& contest, const CPython& python, std::size_t objects);

/// Dicts and lists.
void contest_of_containers(Contest& contest, const CPython& python);

/// A program traced compared with the same untraced, and likewise for CPython's tracemalloc.
void contest_of_tracers(Contest& contest, const CPython& python);

}  // namespace heapscan::bench
