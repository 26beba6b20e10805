#pragma once

#include <cstddef>
#include <new>

#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/object_header.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// Memory for a new object of `size` bytes, zeroed. Containers may start a collection first.
[[nodiscard]] void* allocate_object(ObjectHeap& heap, Kind kind, std::size_t size);

/// Registers an object created in memory from allocate_object(). Throws std::bad_alloc after
/// freeing that memory.
void register_object(ObjectHeap& heap, Object* object, SourcePlace place);

struct LeaveAsItIs {
  template <class Layout>
  void operator()(Layout& /*object*/) const {}
};

/// A new object with one reference, owned by the caller. `extra`: bytes after the layout.
/// `fill(Layout&)` sets what the object's size depends on; it must not throw. Not yet tracked.
template <class Layout, class Fill = LeaveAsItIs>
[[nodiscard]] Layout* make_object(ObjectHeap& heap,
                                  const TypeInfo& type,
                                  std::size_t extra,
                                  SourcePlace place,
                                  const Fill& fill = Fill()) {
  void* const memory = allocate_object(heap, type.kind, sizeof(Layout) + extra);
  auto* const object = new (memory) Layout;
  object->type = &type;
  fill(*object);
  register_object(heap, object, place);
  return object;
}

}  // namespace heapscan::dump::runtime
