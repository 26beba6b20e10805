#pragma once

#include "dump/runtime/lifetime/object_heap.h"

// The first and the last step in the life of a heap.

namespace heapscan::dump::runtime {

/// Gives a new heap its types and shared objects.
void set_up(ObjectHeap& heap);

/// Drops the shared objects and frees all objects that are left. Requires: no Ref to any of them is
/// left, and the program's roots were dropped.
void tear_down(ObjectHeap& heap);

}  // namespace heapscan::dump::runtime
