#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>

#include "dump/runtime/lifetime/burial.h"
#include "dump/runtime/lifetime/generations.h"
#include "dump/runtime/memory/allocator.h"
#include "dump/runtime/objects/interned_strings.h"
#include "dump/runtime/objects/object_header.h"
#include "dump/runtime/tracing/instruments.h"

namespace heapscan::dump::runtime {

inline constexpr std::int64_t kSmallestSharedInt = -5;
inline constexpr std::int64_t kLargestSharedInt = 256;

/// Objects that exist once per heap; the heap holds a reference to each.
struct SharedObjects {
  Object* none = nullptr;
  std::array<Object*, 2> booleans = {};
  std::array<Object*, kLargestSharedInt - kSmallestSharedInt + 1> small_ints = {};
  Object* empty_tuple = nullptr;
};

/// Exceptions that the program's code throws where nothing can catch them.
struct Unraisable {
  std::function<void(std::exception_ptr)> hook;
  std::uint64_t count = 0;
};

/// Identifies the calling thread: the same in each call, different in each thread. An address,
/// because std::this_thread::get_id() would be a call into another library for every operation.
[[nodiscard]] inline const void* current_thread() {
  thread_local const char mark = 0;
  return &mark;
}

/// The heap that objects live in, and that every object leads to (see heap_of()): their memory, the
/// lists and tables that record them, and the instruments that watch them. The roots that keep them
/// alive belong to a Runtime.
///
/// Created by a Runtime, which also sets it up (see setup.h). Programs pass their Runtime wherever
/// an ObjectHeap is expected.
struct ObjectHeap {
  explicit ObjectHeap(AllocatorOptions options) : allocator(options) {}

  ObjectHeap(const ObjectHeap&) = delete;
  ObjectHeap& operator=(const ObjectHeap&) = delete;
  ObjectHeap(ObjectHeap&&) = delete;
  ObjectHeap& operator=(ObjectHeap&&) = delete;
  ~ObjectHeap() = default;

  [[nodiscard]] const TypeInfo& type(Kind kind) const {
    return types[static_cast<std::size_t>(kind)];
  }

  Allocator allocator;
  Generations generations;
  Burial burial;
  Instruments instruments;
  Unraisable unraisable;
  const void* thread =
      current_thread();  ///< The one that created the heap, and the only one to use it.
  std::array<TypeInfo, kKinds> types;
  SharedObjects shared;
  InternedStrings interned;
};

/// The heap that the object belongs to.
[[nodiscard]] inline ObjectHeap& heap_of(const Object* object) {
  return *object->type->heap;
}

}  // namespace heapscan::dump::runtime
