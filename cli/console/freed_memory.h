#pragma once

namespace heapscan::cli {

/// From now on the process keeps what it frees, for its next arrays, rather than give it back to
/// the system: a command that makes one analysis after another would spend a tenth of its time on
/// having memory taken away, given again and cleared. Costs a few percent of memory. Does nothing
/// where the C library is not the GNU one.
void keep_freed_memory();

}  // namespace heapscan::cli
