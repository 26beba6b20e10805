#include "dump/runtime/lifetime/making.h"

#include <cstring>

#include "dump/runtime/lifetime/contents.h"
#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {

void* allocate_object(ObjectHeap& heap, Kind kind, std::size_t size) {
  if (!is_container(kind)) {
    void* const block = heap.allocator.allocate(size);
    std::memset(block, 0, size);
    return block;
  }
  heap.generations.count_created();
  const std::size_t total = size + sizeof(GcHead);
  void* const block = heap.allocator.allocate(total);
  std::memset(block, 0, total);
  return static_cast<GcHead*>(block) + 1;
}

void register_object(ObjectHeap& heap, Object* object, SourcePlace place) {
  const std::size_t size = block_size(object);
  void* const block = block_of(object);
  Instruments& instruments = heap.instruments;
  try {
    heap.allocator.mark_object(object, size);
    if (instruments.tracer.is_on()) {
      instruments.tracer.add(object, size, instruments.site_of(place));
    }
  } catch (...) {
    heap.allocator.unmark_object(object, size);
    free_buffers(object);
    heap.allocator.release(block, size);
    throw;
  }
  if (instruments.listener) {
    instruments.listener({EventKind::kAllocated, View(object), size, 0, 0, 0});
  }
}

}  // namespace heapscan::dump::runtime
