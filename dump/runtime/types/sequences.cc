#include "dump/runtime/types/sequences.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/buffers.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/contents.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::uint64_t kSmallestDeque = 8;

void require_position(std::string_view what, std::uint64_t position, std::uint64_t size) {
  if (position >= size) {
    throw Error(ErrorKind::kUsage,
                fmt::format("{} index {} is out of range: it has {} items", what, position, size));
  }
}

void require_items(const std::vector<View>& items) {
  for (const View item : items) {
    (void)require_value(item);
  }
}

/// How CPython grows lists.
std::uint64_t grown_capacity(std::uint64_t size) {
  return (size + (size >> 3U) + 6) & ~std::uint64_t{3};
}

void resize_items(ListObject* list, std::uint64_t capacity) {
  list->items = static_cast<Object**>(
      resize_buffer(list, list->items, list->capacity * kPointerSize, capacity * kPointerSize));
  list->capacity = capacity;
}

void shrink(ListObject* list) {
  if (list->size >= list->capacity / 2) {
    return;
  }
  if (list->size == 0) {
    clear_references(list);
    return;
  }
  try {
    resize_items(list, grown_capacity(list->size));
  } catch (const std::bad_alloc&) {
    // It keeps its size.
  }
}

void grow(DequeObject* deque) {
  const std::uint64_t capacity = std::max(kSmallestDeque, deque->capacity * 2);
  auto** const items = static_cast<Object**>(allocate_buffer(deque, capacity * kPointerSize));
  for (std::uint64_t row = 0; row < deque->size; ++row) {
    items[row] = deque->at(row);
  }
  if (deque->items != nullptr) {
    release_buffer(deque, deque->items, deque->capacity * kPointerSize);
  }
  deque->items = items;
  deque->capacity = capacity;
  deque->first = 0;
}

}  // namespace

namespace tuple {

Ref make(ObjectHeap& heap, const std::vector<View>& items, SourcePlace place) {
  require_thread(heap);
  require_items(items);
  if (items.empty()) {
    return Ref(View(heap.shared.empty_tuple));
  }
  auto* const tuple =
      make_object<TupleObject>(heap, heap.type(Kind::kTuple), items.size() * kPointerSize, place,
                               [&items](TupleObject& object) { object.size = items.size(); });
  for (std::size_t row = 0; row < items.size(); ++row) {
    retain(items[row].get());
    tuple->items()[row] = items[row].get();
  }
  heap.generations.track(tuple);
  return Ref::adopt(tuple);
}

}  // namespace tuple

namespace list {

Ref make(ObjectHeap& heap, const std::vector<View>& items, SourcePlace place) {
  require_thread(heap);
  require_items(items);
  auto* const list = make_object<ListObject>(heap, heap.type(Kind::kList), 0, place);
  Ref result = Ref::adopt(list);
  if (!items.empty()) {
    resize_items(list, items.size());
  }
  for (std::size_t row = 0; row < items.size(); ++row) {
    retain(items[row].get());
    list->items[row] = items[row].get();
  }
  list->size = items.size();
  heap.generations.track(list);
  return result;
}

std::uint64_t size(View list) {
  return expect<ListObject>(list, Kind::kList)->size;
}

Ref get(View list, std::uint64_t position) {
  auto* const object = expect<ListObject>(list, Kind::kList);
  require_position("list", position, object->size);
  return Ref(View(object->items[position]));
}

void set(View list, std::uint64_t position, View item) {
  auto* const object = expect<ListObject>(list, Kind::kList);
  require_position("list", position, object->size);
  assign(object->items[position], require_value(item));
}

void append(View list, View item) {
  auto* const object = expect<ListObject>(list, Kind::kList);
  Object* const added = require_value(item);
  if (object->size == object->capacity) {
    resize_items(object, grown_capacity(object->size + 1));
  }
  retain(added);
  // NOLINTNEXTLINE(clang-analyzer-heap.NullDereference): there is room for it now.
  object->items[object->size++] = added;
}

void insert(View list, std::uint64_t position, View item) {
  auto* const object = expect<ListObject>(list, Kind::kList);
  require_position("list", position, object->size + 1);
  append(list, item);
  std::rotate(object->items + position, object->items + object->size - 1,
              object->items + object->size);
}

Ref remove_at(View list, std::uint64_t position) {
  auto* const object = expect<ListObject>(list, Kind::kList);
  require_position("list", position, object->size);
  Ref removed = Ref::adopt(object->items[position]);
  std::copy(object->items + position + 1, object->items + object->size, object->items + position);
  --object->size;
  shrink(object);
  return removed;
}

Ref pop(View list) {
  const std::uint64_t count = size(list);
  require_position("list", 0, count);
  return remove_at(list, count - 1);
}

void clear(View list) {
  clear_references(expect<ListObject>(list, Kind::kList));
}

}  // namespace list

namespace deque {

Ref make(ObjectHeap& heap, const std::vector<View>& items, SourcePlace place) {
  require_thread(heap);
  require_items(items);
  auto* const deque = make_object<DequeObject>(heap, heap.type(Kind::kDeque), 0, place);
  heap.generations.track(deque);
  Ref result = Ref::adopt(deque);
  for (const View item : items) {
    append(result, item);
  }
  return result;
}

std::uint64_t size(View deque) {
  return expect<DequeObject>(deque, Kind::kDeque)->size;
}

Ref get(View deque, std::uint64_t position) {
  auto* const object = expect<DequeObject>(deque, Kind::kDeque);
  require_position("deque", position, object->size);
  return Ref(View(object->at(position)));
}

void append(View deque, View item) {
  auto* const object = expect<DequeObject>(deque, Kind::kDeque);
  Object* const added = require_value(item);
  if (object->size == object->capacity) {
    grow(object);
  }
  retain(added);
  object->at(object->size++) = added;
}

void append_left(View deque, View item) {
  auto* const object = expect<DequeObject>(deque, Kind::kDeque);
  Object* const added = require_value(item);
  if (object->size == object->capacity) {
    grow(object);
  }
  retain(added);
  object->first = (object->first + object->capacity - 1) & (object->capacity - 1);
  ++object->size;
  object->at(0) = added;
}

Ref pop(View deque) {
  auto* const object = expect<DequeObject>(deque, Kind::kDeque);
  require_position("deque", 0, object->size);
  --object->size;
  return Ref::adopt(object->at(object->size));
}

Ref pop_left(View deque) {
  auto* const object = expect<DequeObject>(deque, Kind::kDeque);
  require_position("deque", 0, object->size);
  Ref removed = Ref::adopt(object->at(0));
  object->first = (object->first + 1) & (object->capacity - 1);
  --object->size;
  return removed;
}

}  // namespace deque

}  // namespace heapscan::dump::runtime
