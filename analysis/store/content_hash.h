#pragma once

#include <cstdint>

#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Equal for heaps with equal objects, references and roots, taken from the same process at the
/// same time. Cost: one pass over the columns, at memory speed.
[[nodiscard]] std::int64_t content_hash(const dump::Heap& heap);

}  // namespace heapscan::analysis::store
