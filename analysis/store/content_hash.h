#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Equal for heaps with equal objects, references and roots that were taken from one process at
/// one time. Cost: a pass over the columns at the speed of memory.
[[nodiscard]] std::int64_t content_hash(const dump::Heap& heap);

}  // namespace heapscan::analysis::store
