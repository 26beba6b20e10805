#pragma once

namespace heapscan::cli {

/// From now on the process keeps the memory that it frees instead of returning it to the system: a
/// command that runs one analysis after another would spend a tenth of its time returning memory,
/// getting it back and having it cleared. Costs a few percent of memory. Does nothing if the C
/// library is not the GNU one.
void keep_freed_memory();

}  // namespace heapscan::cli
