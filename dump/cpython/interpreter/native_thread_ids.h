#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/target/native_thread.h"

namespace heapscan::dump::cpython {

/// Fills in the system's thread ids where the interpreter does not keep them (before CPython 3.11).
/// `known` has those that a core records. The others come from what the C library keeps for each
/// thread: the structure that a pthread_t points to. Where in it the id is depends on the C
/// library, and is found by the main thread, whose id is that of the process. Threads keep 0 when
/// there is no such place.
void find_native_thread_ids(const ObjectReader& reader,
                            Address main_thread,
                            std::int64_t pid,
                            std::span<const NativeThread> known,
                            std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
