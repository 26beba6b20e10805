#pragma once

#include <functional>

#include "dump/runtime/lifetime/object_heap.h"

namespace heapscan::dump::runtime {

/// Runs code of the program. Objects that die in it are freed at once, even if others are being
/// freed around it. Exceptions go to the unraisable hook.
void run_user_code(ObjectHeap& heap, const std::function<void()>& code) noexcept;

}  // namespace heapscan::dump::runtime
