#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/model/object_reader.h"

namespace heapscan::dump::cpython {

/// A thread as the system knows it.
struct NativeThread {
  std::uint64_t pointer = 0;  ///< Its thread pointer (%fs), which is its pthread_t.
  std::int64_t id = 0;
};

/// Fills in the system's numbers of threads where the interpreter does not keep them (before
/// CPython 3.11). `known` has those of which a core tells. Those of the others come from what the C
/// library keeps of each thread: the structure that a pthread_t points to. Where in it the number
/// lies is the C library's affair, and is found by the main thread, whose number is that of the
/// process. Threads keep 0 when no such place is there.
void find_native_thread_ids(const ObjectReader& reader,
                            std::uint64_t main_thread,
                            std::int64_t pid,
                            std::span<const NativeThread> known,
                            std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
