#include "dump/cpython/objects/library/families.h"

// Threads, locks and queues.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"_thread.lock", since(8).until(13), 40},
    {"_thread.lock", since(14), 24},
    {"_thread.RLock", since(8).until(13), 48},
    {"_thread.RLock", since(14), 40},
    {"_thread._localdummy", since(8).until(12), 32},
    {"_thread._localdummy", since(13), 24},
    {"_thread._local", since(8).until(12), 64, {},
     {{internal(16, "key"), internal(24, "arguments"), internal(32, "keywords"),
       internal(48, "dummies"), internal(56, "callback")}}},
    {"_thread._local", since(13), 56, {},
     {{internal(16, "arguments"), internal(24, "keywords"), internal(40, "dicts"),
       internal(48, "thread_watchdogs")}}},
    {"_thread._ThreadHandle", since(13), 24},
    {"_queue.SimpleQueue", since(8).until(12), 56, {}, {{internal(32, "items")}}},
    {"_queue.SimpleQueue", since(13), 72, {}, {}, {.pointer = 40, .count = 48}},
    {"_multiprocessing.SemLock", since(8), 56},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> thread_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
