#pragma once

#include <functional>

#include "dump/runtime/lifetime/object_heap.h"

namespace heapscan::dump::runtime {

/// Runs code of the program, in which objects may die: at once, whatever is being freed around it.
/// What it throws goes to the unraisable hook.
void run_user_code(ObjectHeap& heap, const std::function<void()>& code) noexcept;

}  // namespace heapscan::dump::runtime
