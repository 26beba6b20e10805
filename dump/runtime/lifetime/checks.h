#pragma once

#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/ref.h"

// The checks at the start of every operation that a program calls. All throw Error(kUsage).

namespace heapscan::dump::runtime {

[[noreturn]] void throw_wrong_thread();
[[noreturn]] void throw_no_object();
[[noreturn]] void throw_wrong_kind(const Object* object, Kind expected);

/// Throws in any thread but the one that created the heap.
inline void require_thread(const ObjectHeap& heap) {
  if (current_thread() != heap.thread) [[unlikely]] {
    throw_wrong_thread();
  }
}

/// Throws if `view` is empty. For values to be stored in an object whose thread was already checked
/// by require_object().
[[nodiscard]] inline Object* require_value(View view) {
  if (!view) [[unlikely]] {
    throw_no_object();
  }
  return view.get();
}

/// Throws if `view` is empty, and in the wrong thread.
[[nodiscard]] inline Object* require_object(View view) {
  Object* const object = require_value(view);
  require_thread(heap_of(object));
  return object;
}

/// Throws if `view` is empty or of another kind, and in the wrong thread.
inline void require_kind(View view, Kind kind) {
  const Object* const object = require_object(view);
  if (object->kind() != kind) [[unlikely]] {
    throw_wrong_kind(object, kind);
  }
}

/// The object's layout. Throws as require_kind() does.
template <class Layout>
[[nodiscard]] Layout* expect(View view, Kind kind) {
  require_kind(view, kind);
  return as<Layout>(view.get());
}

}  // namespace heapscan::dump::runtime
