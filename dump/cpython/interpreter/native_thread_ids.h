#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/target/native_thread.h"

namespace heapscan::dump::cpython {

/// Fills in the kernel's thread ids if the interpreter does not store them (before CPython 3.11).
/// `known` has those that a core records. The others come from the C library's structure for each
/// thread, which a pthread_t points to. The id's place in it depends on the C library, and is found
/// with the main thread, whose id is that of the process. Threads keep 0 if no place fits.
void find_native_thread_ids(const ObjectReader& reader,
                            Address main_thread,
                            std::int64_t pid,
                            std::span<const NativeThread> known,
                            std::vector<FoundThread>& threads);

}  // namespace heapscan::dump::cpython
