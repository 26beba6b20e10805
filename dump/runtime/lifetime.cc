// How objects are made and how they die.
//
// An object dies when its count reaches 0: its finalizer runs, weak references to it are cleared,
// what it refers to loses one reference, its memory is freed. Done by recursion, as in CPython
// before its trashcan, a long chain of objects overflows the stack. Here the objects that die with
// another one are put at the front of a list (`pending`) in the order in which CPython would come
// to them, and freed one after the other before the reference count operation that started it
// returns: the depth-first order of CPython, without recursion and without a limit.
//
// The one difference that a finalizer can see: all references that an object held are gone when the
// first of the objects that die with it is finalized; in CPython the later ones are still there.

#include <cstring>
#include <new>
#include <utility>

#include "dump/runtime/core.h"
#include "dump/runtime/references.h"
#include "dump/runtime/weak_list.h"

namespace heapscan::dump::runtime {
namespace {

std::size_t block_size(const Object* object) {
  return struct_size(object) + (object->is_container() ? sizeof(GcHead) : 0);
}

void* block_of(Object* object) {
  return object->is_container() ? static_cast<void*>(GcHead::of(object)) : object;
}

TraceSite site_for(const Core& core, SourcePlace place) {
  if (core.frames.empty()) {
    return {place.function, place.file, place.line};
  }
  return {core.frames.back().function, place.file, place.line};
}

/// False when the object lives on.
bool finalize_dying(Core& core, Object* object) {
  const TypeInfo& type = *object->type;
  const bool runs = type.finalizer != nullptr && !object->has(Object::kFinalized);
  if (runs) {
    core.collector.track(object);
    ++object->word;
    run_finalizer(object);
    if ((--object->word & Object::kCountMask) > 0) {
      return false;
    }
    core.collector.untrack(object);
  }
  clear_weak_references_to(object);
  if (type.legacy_finalizer != nullptr) {
    core.collector.track(object);
    ++object->word;
    run_user_code(core, [&type, object] { type.legacy_finalizer(View(object)); });
    if ((--object->word & Object::kCountMask) > 0) {
      return false;
    }
    core.collector.untrack(object);
  }
  return true;
}

/// From when an object's count is 0 until it is buried, the collector does not know it.
GcHead* prepare_burial(Object* object) {
  if (object->has(Object::kTracked)) {
    core_of(object).collector.untrack(object);
  }
  return GcHead::of(object);
}

void bury(Core& core, Object* object) {
  if (object->kind() == Kind::kInstance) {
    if (!finalize_dying(core, object)) {
      return;
    }
  } else if (object->kind() == Kind::kWeakRef) {
    clear_weak_reference(as<WeakRefObject>(object));
  } else {
    clear_weak_references_to(object);
  }
  DeadList dying;
  for_each_reference(object, [&dying](const Edge& edge) {
    if ((--edge.target->word & Object::kCountMask) > 0) {
      return;
    }
    if (!edge.target->is_container()) {
      free_object(edge.target);
      return;
    }
    dying.push_back(prepare_burial(edge.target));
  });
  free_object(object);
  core.burial.pending.splice_front(dying);
}

void steal_items(Object** items, std::uint64_t count) {
  for (std::uint64_t row = count; row-- > 0;) {
    drop(items[row]);
  }
}

void clear_list(ListObject* list) {
  Object** const items = std::exchange(list->items, nullptr);
  const std::uint64_t size = std::exchange(list->size, 0);
  const std::uint64_t capacity = std::exchange(list->capacity, 0);
  steal_items(items, size);
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

}  // namespace

void* allocate_object(Core& core, Kind kind, std::size_t size) {
  if (!is_container(kind)) {
    void* const block = core.allocator.allocate(size);
    std::memset(block, 0, size);
    return block;
  }
  core.collector.before_allocation();
  const std::size_t total = size + sizeof(GcHead);
  void* const block = core.allocator.allocate(total);
  std::memset(block, 0, total);
  return static_cast<GcHead*>(block) + 1;
}

void announce_object(Core& core, Object* object, SourcePlace place) {
  const std::size_t size = block_size(object);
  void* const block = block_of(object);
  try {
    core.allocator.mark_object(object, size);
    if (core.tracer.is_on()) {
      core.tracer.add(object, size, site_for(core, place));
    }
  } catch (...) {
    core.allocator.unmark_object(object, size);
    free_buffers(object);
    core.allocator.release(block, size);
    throw;
  }
  if (core.listener) {
    core.listener({EventKind::kAllocated, View(object), size, 0, 0, 0});
  }
}

void* allocate_buffer(Object* owner, std::size_t size) {
  Core& core = core_of(owner);
  void* const buffer = core.allocator.allocate(size);
  if (core.tracer.is_on()) {
    core.tracer.resize(owner, static_cast<std::int64_t>(size));
  }
  return buffer;
}

void release_buffer(Object* owner, void* buffer, std::size_t size) noexcept {
  Core& core = core_of(owner);
  if (core.tracer.is_on()) {
    core.tracer.resize(owner, -static_cast<std::int64_t>(size));
  }
  core.allocator.release(buffer, size);
}

void die(Object* object) noexcept {
  if (!object->is_container()) {
    free_object(object);
    return;
  }
  Core& core = core_of(object);
  Burial& burial = core.burial;
  burial.pending.push_front(prepare_burial(object));
  if (burial.active) {
    return;  // Of code of this room, between two burials: it is the next one.
  }
  burial.active = true;
  while (!burial.pending.empty()) {
    bury(core, burial.pending.pop_front()->object());
  }
  burial.active = false;
}

void run_user_code(Core& core, const std::function<void()>& code) noexcept {
  const Burial outer = std::exchange(core.burial, Burial{});
  try {
    code();
  } catch (...) {
    ++core.unraisable_count;
    if (core.unraisable) {
      core.unraisable(std::current_exception());
    }
  }
  core.burial = outer;
}

void run_finalizer(Object* object) {
  const TypeInfo& type = *object->type;
  if (object->kind() == Kind::kInstance && type.finalizer != nullptr &&
      !object->has(Object::kFinalized)) {
    object->set(Object::kFinalized);
    run_user_code(*type.core, [&type, object] { type.finalizer(View(object)); });
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
      assign(as<FunctionObject>(object)->module, nullptr);
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

void free_object(Object* object) noexcept {
  Core& core = core_of(object);
  if (core.listener) {
    core.listener({EventKind::kFreed, View(object), shallow_size(object), 0, 0, 0});
  }
  if (object->has(Object::kInterned)) {
    core.interned.erase(as<StrObject>(object));
  }
  const bool container = object->is_container();
  const std::size_t size = block_size(object);
  void* const block = block_of(object);
  free_buffers(object);
  if (core.tracer.is_on()) {
    core.tracer.remove(object);
  }
  core.allocator.unmark_object(object, size);
  core.allocator.release(block, size);
  if (container) {
    core.collector.after_freeing();
  }
}

}  // namespace heapscan::dump::runtime
