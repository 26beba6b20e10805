#include "dump/runtime/lifetime/user_code.h"

#include <exception>
#include <utility>

namespace heapscan::dump::runtime {

void run_user_code(ObjectHeap& heap, const std::function<void()>& code) noexcept {
  const Burial outer = std::exchange(heap.burial, Burial{});
  try {
    code();
  } catch (...) {
    ++heap.unraisable.count;
    if (heap.unraisable.hook) {
      heap.unraisable.hook(std::current_exception());
    }
  }
  heap.burial = outer;
}

}  // namespace heapscan::dump::runtime
