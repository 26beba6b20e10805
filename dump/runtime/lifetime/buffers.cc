#include "dump/runtime/lifetime/buffers.h"

#include <cstdint>

#include "dump/runtime/lifetime/object_heap.h"

namespace heapscan::dump::runtime {

void* allocate_buffer(Object* owner, std::size_t size) {
  ObjectHeap& heap = heap_of(owner);
  void* const buffer = heap.allocator.allocate(size);
  if (heap.instruments.tracer.is_on()) {
    heap.instruments.tracer.resize(owner, static_cast<std::int64_t>(size));
  }
  return buffer;
}

void* resize_buffer(Object* owner, void* buffer, std::size_t size, std::size_t new_size) {
  if (buffer == nullptr) {
    return allocate_buffer(owner, new_size);
  }
  ObjectHeap& heap = heap_of(owner);
  void* const resized = heap.allocator.resize(buffer, size, new_size);
  if (heap.instruments.tracer.is_on()) {
    heap.instruments.tracer.resize(owner, static_cast<std::int64_t>(new_size - size));
  }
  return resized;
}

void release_buffer(Object* owner, void* buffer, std::size_t size) noexcept {
  ObjectHeap& heap = heap_of(owner);
  if (heap.instruments.tracer.is_on()) {
    heap.instruments.tracer.resize(owner, -static_cast<std::int64_t>(size));
  }
  heap.allocator.release(buffer, size);
}

}  // namespace heapscan::dump::runtime
