#include "dump/runtime/types/classes.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/counting.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/names.h"

namespace heapscan::dump::runtime {
namespace {

void require_distinct(const std::vector<std::string>& slots, std::string_view class_name) {
  std::set<std::string_view> seen;
  for (const std::string& slot : slots) {
    if (!seen.insert(slot).second) {
      throw Error(ErrorKind::kUsage, fmt::format("'{}' has slot '{}' twice", class_name, slot));
    }
  }
}

std::unique_ptr<TypeInfo> make_info(const ObjectHeap& heap,
                                    const ClassFacts& facts,
                                    const ClassObject* base) {
  auto info =
      std::make_unique<TypeInfo>(base != nullptr ? *base->info : heap.type(Kind::kInstance));
  info->name = facts.name;
  info->slots.insert(info->slots.end(), facts.slots.begin(), facts.slots.end());
  require_distinct(info->slots, facts.name);
  info->has_dict = info->has_dict || facts.has_dict;
  info->has_weak_list = info->has_weak_list || facts.has_weak_list;
  if (facts.finalizer) {
    info->finalizer = facts.finalizer;
  }
  if (facts.legacy_finalizer) {
    info->legacy_finalizer = facts.legacy_finalizer;
  }
  return info;
}

/// nullptr if the class has no such slot.
Object** find_slot(InstanceObject* object, std::string_view name) {
  const auto& slots = object->type->slots;
  const auto found = std::find(slots.begin(), slots.end(), name);
  return found == slots.end() ? nullptr
                              : object->fields() + object->first_slot() + (found - slots.begin());
}

/// The instance's dict; nullptr if it has none, or none yet.
Object* dict_of(InstanceObject* object) {
  return object->type->has_dict ? object->fields()[0] : nullptr;
}

[[noreturn]] void throw_no_attribute(const Object* object, std::string_view name) {
  throw Error(ErrorKind::kUsage,
              fmt::format("'{}' object has no attribute '{}'", object->type->name, name));
}

}  // namespace

namespace klass {

Ref make(ObjectHeap& heap, const ClassFacts& facts, SourcePlace place) {
  require_thread(heap);
  auto* const base = facts.base ? expect<ClassObject>(facts.base, Kind::kClass) : nullptr;
  auto info = make_info(heap, facts, base);
  Ref attributes = dict::make(heap, place);
  auto* const object = make_object<ClassObject>(heap, heap.type(Kind::kClass), 0, place);
  info->class_object = object;
  object->info = info.release();
  object->attributes = attributes.release();
  object->base = base;
  retain(base);
  heap.generations.track(object);
  return Ref::adopt(object);
}

void set(View klass, std::string_view name, View value) {
  set_name(expect<ClassObject>(klass, Kind::kClass)->attributes, name, value);
}

Ref find(View klass, std::string_view name) {
  const auto* object = expect<ClassObject>(klass, Kind::kClass);
  for (; object != nullptr; object = as<ClassObject>(static_cast<const Object*>(object->base))) {
    if (Ref found = find_name(object->attributes, name)) {
      return found;
    }
  }
  return {};
}

}  // namespace klass

namespace instance {

Ref make(View klass, SourcePlace place) {
  const auto* const object = expect<ClassObject>(klass, Kind::kClass);
  const TypeInfo& type = *object->info;
  const std::size_t fields =
      type.slots.size() + (type.has_dict ? 1 : 0) + (type.has_weak_list ? 1 : 0);
  ObjectHeap& heap = *type.heap;
  // The class must outlive a collection that starts here.
  Ref keep(klass);
  auto* const made = make_object<InstanceObject>(heap, type, fields * kPointerSize, place);
  (void)keep.release();
  heap.generations.track(made);
  return Ref::adopt(made);
}

void set(View instance, std::string_view name, View value) {
  auto* const object = expect<InstanceObject>(instance, Kind::kInstance);
  Object* const new_value = require_object(value);
  if (Object** const slot = find_slot(object, name); slot != nullptr) {
    assign(*slot, new_value);
    return;
  }
  if (!object->type->has_dict) {
    throw_no_attribute(object, name);
  }
  if (object->fields()[0] == nullptr) {
    ObjectHeap& heap = heap_of(object);
    Object* const dict =
        make_object<TableObject>(heap, heap.type(Kind::kDict), 0, SourcePlace::current());
    assign(object->fields()[0], dict);
    drop(dict);
  }
  set_name(object->fields()[0], name, value);
}

Ref find(View instance, std::string_view name) {
  auto* const object = expect<InstanceObject>(instance, Kind::kInstance);
  if (Object** const slot = find_slot(object, name); slot != nullptr) {
    return *slot == nullptr ? Ref() : Ref(View(*slot));
  }
  if (Ref found = find_name(dict_of(object), name)) {
    return found;
  }
  return klass::find(View(object->type->class_object), name);
}

Ref get(View instance, std::string_view name) {
  Ref found = find(instance, name);
  if (!found) {
    throw_no_attribute(instance.get(), name);
  }
  return found;
}

void remove(View instance, std::string_view name) {
  auto* const object = expect<InstanceObject>(instance, Kind::kInstance);
  Object** const slot = find_slot(object, name);
  if (slot != nullptr && *slot != nullptr) {
    assign(*slot, nullptr);
    return;
  }
  if (!remove_name(dict_of(object), name)) {
    throw_no_attribute(object, name);
  }
}

Ref class_of(View instance) {
  return Ref(View(expect<InstanceObject>(instance, Kind::kInstance)->type->class_object));
}

}  // namespace instance

}  // namespace heapscan::dump::runtime
