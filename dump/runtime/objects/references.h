#pragma once

#include <cstdint>
#include <string_view>

#include "dump/object.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/table_layout.h"

namespace heapscan::dump::runtime {

/// One counted reference of an object.
struct Edge {
  Object* target = nullptr;
  ReferenceKind kind = ReferenceKind::kInternal;
  std::uint64_t position = 0;  ///< Of kItem and kKey.
  const Object* key =
      nullptr;            ///< Of kValue; nullptr in a dying dict that already dropped the key.
  std::string_view name;  ///< Of kAttribute, kCell, kLocal and kInternal.
};

/// Calls `visit(Edge)` for each counted reference of the object, in CPython's order, which decides
/// what is finalized first: items of lists and tuples last to first, everything else first to last.
/// The single source for what an object holds, used by the cycle collector, the deallocator and the
/// dump.
template <class Visit>
void for_each_reference(const Object* object, Visit&& visit);

namespace detail {

template <class Visit>
void visit_if(Object* target, ReferenceKind kind, std::string_view name, Visit& visit) {
  if (target != nullptr) {
    visit(Edge{target, kind, 0, nullptr, name});
  }
}

template <class Visit>
void visit_items(Object* const* items, std::uint64_t count, Visit& visit) {
  for (std::uint64_t position = count; position-- > 0;) {
    if (items[position] != nullptr) {  // A dying object has already dropped some.
      visit(Edge{items[position], ReferenceKind::kItem, position, nullptr, {}});
    }
  }
}

template <class Visit>
void visit_table(const TableObject* object, Visit& visit) {
  if (object->table == nullptr) {
    return;
  }
  const ReferenceKind key_kind =
      object->kind() == Kind::kSet ? ReferenceKind::kItem : ReferenceKind::kKey;
  const TableEntry* const entries = object->table->entries();
  for (std::uint64_t row = 0; row < object->table->entry_count; ++row) {
    const TableEntry& entry = entries[row];  // All nullptr if it was deleted.
    if (entry.key != nullptr) {
      visit(Edge{entry.key, key_kind, row, nullptr, {}});
    }
    if (entry.value != nullptr) {
      visit(Edge{entry.value, ReferenceKind::kValue, row, entry.key, {}});
    }
  }
}

template <class Visit>
void visit_function(const FunctionObject* function, Visit& visit) {
  visit_if(function->name, ReferenceKind::kAttribute, "__name__", visit);
  for (std::uint64_t cell = 0; cell < function->cell_count; ++cell) {
    visit_if(function->cells()[cell], ReferenceKind::kCell, function->facts->cell_names[cell],
             visit);
  }
}

template <class Visit>
void visit_instance(const InstanceObject* instance, Visit& visit) {
  const TypeInfo& type = *instance->type;
  Object* const* const slots = instance->fields() + instance->first_slot();
  for (std::size_t slot = 0; slot < type.slots.size(); ++slot) {
    visit_if(slots[slot], ReferenceKind::kAttribute, type.slots[slot], visit);
  }
  if (type.has_dict) {
    visit_if(instance->fields()[0], ReferenceKind::kAttribute, "__dict__", visit);
  }
  visit(Edge{type.class_object, ReferenceKind::kType, 0, nullptr, {}});
}

}  // namespace detail

template <class Visit>
void for_each_reference(const Object* object, Visit&& visit) {
  using enum ReferenceKind;
  switch (object->kind()) {
    case Kind::kTuple:
      detail::visit_items(as<TupleObject>(object)->items(), as<TupleObject>(object)->size, visit);
      return;
    case Kind::kList:
      detail::visit_items(as<ListObject>(object)->items, as<ListObject>(object)->size, visit);
      return;
    case Kind::kDict:
    case Kind::kSet:
      detail::visit_table(as<TableObject>(object), visit);
      return;
    case Kind::kDeque:
      for (std::uint64_t at = 0; at < as<DequeObject>(object)->size; ++at) {
        if (Object* const item = as<DequeObject>(object)->at(at)) {
          visit(Edge{item, kItem, at, nullptr, {}});
        }
      }
      return;
    case Kind::kCell:
      detail::visit_if(as<CellObject>(object)->content, kAttribute, "cell_contents", visit);
      return;
    case Kind::kFunction:
      detail::visit_function(as<FunctionObject>(object), visit);
      return;
    case Kind::kModule:
      detail::visit_if(as<ModuleObject>(object)->dict, kAttribute, "__dict__", visit);
      detail::visit_if(as<ModuleObject>(object)->name, kAttribute, "__name__", visit);
      return;
    case Kind::kWeakRef:
      detail::visit_if(as<WeakRefObject>(object)->callback, kAttribute, "__callback__", visit);
      return;
    case Kind::kFrame:
      for (std::uint64_t at = 0; at < as<FrameObject>(object)->local_count; ++at) {
        detail::visit_if(as<FrameObject>(object)->locals()[at], kLocal,
                         as<FrameObject>(object)->facts->local_names[at], visit);
      }
      return;
    case Kind::kClass:
      detail::visit_if(as<ClassObject>(object)->attributes, kAttribute, "__dict__", visit);
      detail::visit_if(as<ClassObject>(object)->base, kAttribute, "__base__", visit);
      return;
    case Kind::kInstance:
      detail::visit_instance(as<InstanceObject>(object), visit);
      return;
    default:
      return;  // Not a container.
  }
}

}  // namespace heapscan::dump::runtime
