#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/contest.h"
#include "tests/bench/cpython.h"

namespace heapscan::bench {

/// Allocator against malloc and CPython's, on one trace at three working sets.
void contest_of_allocators(Contest& contest, const CPython& python);

/// Full collections of one graph of so many objects: all of it alive, and all of it garbage.
void contest_of_collectors(Contest& contest, const CPython& python, std::size_t objects);

/// Dicts and lists.
void contest_of_containers(Contest& contest, const CPython& python);

/// One program traced against the same not traced, and CPython's tracemalloc likewise.
void contest_of_tracers(Contest& contest, const CPython& python);

}  // namespace heapscan::bench
