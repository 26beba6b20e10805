#pragma once

#include <cstdint>
#include <vector>

#include "dump/cpython/interpreter_reader.h"
#include "dump/cpython/object_reader.h"

namespace heapscan::dump::cpython {

/// Fills in the system's numbers of threads where the interpreter does not keep them (before
/// CPython 3.11), from what the C library keeps of each thread: the structure that a pthread_t
/// points to. Where in it the number lies is the C library's affair, and is found by the main
/// thread, whose number is that of the process. Threads keep 0 when no such place is there.
void find_native_thread_ids(const ObjectReader& reader,
                            std::uint64_t main_thread,
                            std::int64_t pid,
                            std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
