// How objects of each kind are emptied, and how their buffers are freed.

#include "dump/runtime/lifetime/contents.h"

#include <cstdint>
#include <utility>

#include "dump/runtime/lifetime/buffers.h"
#include "dump/runtime/lifetime/weak_list.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/table_layout.h"

namespace heapscan::dump::runtime {
namespace {

void drop_items(Object** items, std::uint64_t count) {
  for (std::uint64_t row = count; row-- > 0;) {
    drop(items[row]);
  }
}

void clear_list(ListObject* list) {
  Object** const items = std::exchange(list->items, nullptr);
  const std::uint64_t size = std::exchange(list->size, 0);
  const std::uint64_t capacity = std::exchange(list->capacity, 0);
  drop_items(items, size);
  if (items != nullptr) {
    release_buffer(list, items, capacity * kPointerSize);
  }
}

void clear_deque(DequeObject* deque) {
  while (deque->size > 0) {
    Object* const item = deque->at(0);
    deque->first = (deque->first + 1) & (deque->capacity - 1);
    --deque->size;
    drop(item);
  }
}

void clear_places(Object** places, std::uint64_t count) {
  for (std::uint64_t row = 0; row < count; ++row) {
    assign(places[row], nullptr);
  }
}

void clear_instance(InstanceObject* instance) {
  const std::size_t first_slot = instance->first_slot();
  if (instance->type->has_dict) {
    assign(instance->fields()[0], nullptr);
  }
  clear_places(instance->fields() + first_slot, instance->type->slots.size());
}

}  // namespace

void clear_table(TableObject* object) {
  Table* const table = std::exchange(object->table, nullptr);
  object->live = 0;
  ++object->version;
  if (table == nullptr) {
    return;
  }
  for (std::size_t row = 0; row < table->entry_count; ++row) {
    drop(table->entries()[row].key);
    drop(table->entries()[row].value);
  }
  release_buffer(object, table, table->bytes());
}

void free_buffers(Object* object) {
  switch (object->kind()) {
    case Kind::kArray:
      if (auto* const array = as<ArrayObject>(object); array->data != nullptr) {
        release_buffer(object, array->data, array->capacity * 8);
      }
      return;
    case Kind::kList:
      if (auto* const list = as<ListObject>(object); list->items != nullptr) {
        release_buffer(object, list->items, list->capacity * kPointerSize);
      }
      return;
    case Kind::kDict:
    case Kind::kSet:
      if (auto* const table = as<TableObject>(object)->table; table != nullptr) {
        release_buffer(object, table, table->bytes());
      }
      return;
    case Kind::kDeque:
      if (auto* const deque = as<DequeObject>(object); deque->items != nullptr) {
        release_buffer(object, deque->items, deque->capacity * kPointerSize);
      }
      return;
    case Kind::kFunction:
      delete as<FunctionObject>(object)->facts;
      return;
    case Kind::kFrame:
      delete as<FrameObject>(object)->facts;
      return;
    case Kind::kClass:
      delete as<ClassObject>(object)->info;
      return;
    default:
      return;
  }
}

void clear_references(Object* object) {
  switch (object->kind()) {
    case Kind::kList:
      clear_list(as<ListObject>(object));
      return;
    case Kind::kDict:
    case Kind::kSet:
      clear_table(as<TableObject>(object));
      return;
    case Kind::kDeque:
      clear_deque(as<DequeObject>(object));
      return;
    case Kind::kCell:
      assign(as<CellObject>(object)->content, nullptr);
      return;
    case Kind::kFunction:
      clear_places(as<FunctionObject>(object)->cells(), as<FunctionObject>(object)->cell_count);
      return;
    case Kind::kModule:
      assign(as<ModuleObject>(object)->dict, nullptr);
      return;
    case Kind::kWeakRef:
      clear_weak_reference(as<WeakRefObject>(object));
      assign(as<WeakRefObject>(object)->callback, nullptr);
      return;
    case Kind::kFrame:
      clear_places(as<FrameObject>(object)->locals(), as<FrameObject>(object)->local_count);
      return;
    case Kind::kClass:
      assign(as<ClassObject>(object)->attributes, nullptr);
      assign(as<ClassObject>(object)->base, nullptr);
      return;
    case Kind::kInstance:
      clear_instance(as<InstanceObject>(object));
      return;
    default:
      return;  // Tuples cannot be emptied; the others hold nothing.
  }
}

}  // namespace heapscan::dump::runtime
