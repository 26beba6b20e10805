// How objects die.
//
// An object dies when its count reaches 0: its finalizer runs, weak references to it are cleared,
// it drops its references one after the other, and its memory is freed. A target that dies as a
// result is processed before the next reference is dropped; this determines the order of
// finalizers. With recursion, a long chain of objects would overflow the stack; CPython defers
// objects beyond a depth of 50 (its trashcan), which changes the order there.
//
// Here the objects that are in the middle of dying form an explicit stack (`pending`), linked
// through their GcHeads, which the collector no longer needs: `next` is the one below, `previous`
// the number of references already dropped. A dropped reference is set to nullptr, so that a dump
// taken by a finalizer sees no freed object.

#include "dump/runtime/lifetime/dying.h"

#include <array>
#include <cstdint>
#include <utility>

#include "dump/runtime/lifetime/contents.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/lifetime/user_code.h"
#include "dump/runtime/lifetime/weak_list.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/table_layout.h"

namespace heapscan::dump::runtime {
namespace {

// The values of GcHead::previous in a dying object.
constexpr std::uintptr_t kNotBegun = 0;
constexpr std::uintptr_t kBegun = 1;  ///< Plus the number of references already dropped.

Object** place_from_end(Object** items, std::uint64_t size, std::uint64_t row) {
  return row < size ? items + (size - 1 - row) : nullptr;
}

Object** place_in_table(Table* table, std::uint64_t row) {
  if (table == nullptr || row >= table->entry_count * 2) {
    return nullptr;
  }
  TableEntry& entry = table->entries()[row / 2];
  return row % 2 == 0 ? &entry.key : &entry.value;
}

Object** one_of(const std::array<Object**, 2>& places, std::uint64_t row) {
  return row < places.size() ? places[row] : nullptr;
}

Object** place_in_function(FunctionObject* function, std::uint64_t row) {
  if (row == 0) {
    return &function->name;
  }
  return row - 1 < function->cell_count ? function->cells() + (row - 1) : nullptr;
}

Object** place_in_instance(InstanceObject* instance, std::uint64_t row) {
  const std::uint64_t slots = instance->type->slots.size();
  if (row < slots) {
    return instance->fields() + instance->first_slot() + row;
  }
  return row == slots && instance->type->has_dict ? instance->fields() : nullptr;
}

/// Returns false if the object lives on.
bool finalize_dying(ObjectHeap& heap, Object* object) {
  const TypeInfo& type = *object->type;
  const bool runs = type.finalizer != nullptr && !object->has(Object::kFinalized);
  if (runs) {
    heap.generations.track(object);
    ++object->word;
    run_finalizer(object);
    if ((--object->word & Object::kCountMask) > 0) {
      return false;
    }
    Generations::untrack(object);
  }
  clear_weak_references_to(object);
  if (type.legacy_finalizer != nullptr) {
    heap.generations.track(object);
    ++object->word;
    run_user_code(heap, [&type, object] { type.legacy_finalizer(View(object)); });
    if ((--object->word & Object::kCountMask) > 0) {
      return false;
    }
    Generations::untrack(object);
  }
  return true;
}

/// Removes the object from the collector's lists, as its count is 0.
GcHead* prepare_burial(Object* object) {
  if (object->has(Object::kTracked)) {
    Generations::untrack(object);
  }
  GcHead* const head = GcHead::of(object);
  head->previous = kNotBegun;
  return head;
}

/// The place of the row-th reference to drop; nullptr if there are no more.
Object** place_at(Object* object, std::uint64_t row) {
  switch (object->kind()) {
    case Kind::kTuple:
      return place_from_end(as<TupleObject>(object)->items(), as<TupleObject>(object)->size, row);
    case Kind::kList:
      return place_from_end(as<ListObject>(object)->items, as<ListObject>(object)->size, row);
    case Kind::kDict:
    case Kind::kSet:
      return place_in_table(as<TableObject>(object)->table, row);
    case Kind::kDeque:
      return row < as<DequeObject>(object)->size ? &as<DequeObject>(object)->at(row) : nullptr;
    case Kind::kCell:
      return row == 0 ? &as<CellObject>(object)->content : nullptr;
    case Kind::kFunction:
      return place_in_function(as<FunctionObject>(object), row);
    case Kind::kModule:
      return one_of({&as<ModuleObject>(object)->dict, &as<ModuleObject>(object)->name}, row);
    case Kind::kWeakRef:
      return row == 0 ? &as<WeakRefObject>(object)->callback : nullptr;
    case Kind::kFrame:
      return row < as<FrameObject>(object)->local_count ? as<FrameObject>(object)->locals() + row
                                                        : nullptr;
    case Kind::kClass:
      return one_of({&as<ClassObject>(object)->attributes, &as<ClassObject>(object)->base}, row);
    case Kind::kInstance:
      return place_in_instance(as<InstanceObject>(object), row);
    default:
      return nullptr;
  }
}

/// Runs the finalizer and clears weak references. Returns false if the object lives on.
bool begin_burial(ObjectHeap& heap, Object* object) {
  if (object->kind() == Kind::kInstance) {
    return finalize_dying(heap, object);
  }
  if (object->kind() == Kind::kWeakRef) {
    clear_weak_reference(as<WeakRefObject>(object));
  } else {
    clear_weak_references_to(object);
  }
  return true;
}

/// Drops one reference. If the target dies, it is pushed on the stack, and the result is true.
bool drop_reference(Burial& burial, Object* target) {
  if (target == nullptr || (--target->word & Object::kCountMask) > 0) {
    return false;
  }
  if (!target->is_container()) {
    free_object(target);
    return false;
  }
  burial.pending.push_front(prepare_burial(target));
  return true;
}

/// Continues with the object on top of the stack until it is freed or something else must die
/// first.
void advance_burial(ObjectHeap& heap) {
  Burial& burial = heap.burial;
  GcHead* const head = burial.pending.pop_front();
  Object* const object = head->object();
  if (head->previous == kNotBegun) {
    DeadList below = std::exchange(burial.pending, DeadList());
    const bool dies = begin_burial(heap, object);
    std::swap(below, burial.pending);  // Now `below` holds what died meanwhile: it goes first.
    if (dies) {
      head->previous = kBegun;
      burial.pending.push_front(head);
    }
    burial.pending.splice_front(below);
    return;
  }
  burial.pending.push_front(head);
  while (Object** const place = place_at(object, head->previous - kBegun)) {
    ++head->previous;
    if (drop_reference(burial, std::exchange(*place, nullptr))) {
      return;
    }
  }
  (void)burial.pending.pop_front();
  Object* const klass = object->kind() == Kind::kInstance ? object->type->class_object : nullptr;
  free_object(object);
  (void)drop_reference(burial, klass);
}

}  // namespace

void die(Object* object) noexcept {
  if (!object->is_container()) {
    free_object(object);
    return;
  }
  ObjectHeap& heap = heap_of(object);
  Burial& burial = heap.burial;
  burial.pending.push_front(prepare_burial(object));
  if (burial.active) {
    return;  // Called from this library between two burials: the object is buried next.
  }
  burial.active = true;
  while (!burial.pending.empty()) {
    advance_burial(heap);
  }
  burial.active = false;
}

void run_finalizer(Object* object) {
  const TypeInfo& type = *object->type;
  if (object->kind() == Kind::kInstance && type.finalizer != nullptr &&
      !object->has(Object::kFinalized)) {
    object->set(Object::kFinalized);
    run_user_code(*type.heap, [&type, object] { type.finalizer(View(object)); });
  }
}

void free_object(Object* object) noexcept {
  ObjectHeap& heap = heap_of(object);
  Instruments& instruments = heap.instruments;
  if (instruments.listener) {
    instruments.listener({EventKind::kFreed, View(object), shallow_size(object), 0, 0, 0});
  }
  if (object->has(Object::kInterned)) {
    heap.interned.erase(as<StrObject>(object));
  }
  const bool container = object->is_container();
  const std::size_t size = block_size(object);
  void* const block = block_of(object);
  free_buffers(object);
  if (instruments.tracer.is_on()) {
    instruments.tracer.remove(object);
  }
  heap.allocator.unmark_object(object, size);
  heap.allocator.release(block, size);
  if (container) {
    heap.generations.count_freed();
  }
}

}  // namespace heapscan::dump::runtime
