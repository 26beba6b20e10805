#include "dump/runtime/objects/layouts.h"

#include "dump/runtime/objects/table_layout.h"

namespace heapscan::dump::runtime {
namespace {

/// CPython stores integers in digits of 30 bits, of 4 bytes each.
std::size_t int_size(std::int64_t value) {
  const std::uint64_t magnitude =
      value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::size_t digits = 0;
  for (std::uint64_t left = magnitude; left != 0; left >>= 30U) {
    ++digits;
  }
  return sizeof(NumberObject) + digits * 4;
}

}  // namespace

std::size_t struct_size(const Object* object) {
  switch (object->kind()) {
    case Kind::kNone:
      return sizeof(Object);
    case Kind::kBool:
    case Kind::kInt:
      return int_size(as<NumberObject>(object)->integer);
    case Kind::kFloat:
      return sizeof(NumberObject);
    case Kind::kStr:
      return sizeof(StrObject) + as<StrObject>(object)->length + 1;
    case Kind::kBytes:
      return sizeof(BytesObject) + as<BytesObject>(object)->length + 1;
    case Kind::kArray:
      return sizeof(ArrayObject);
    case Kind::kTuple:
      return sizeof(TupleObject) + as<TupleObject>(object)->size * kPointerSize;
    case Kind::kList:
      return sizeof(ListObject);
    case Kind::kDict:
    case Kind::kSet:
      return sizeof(TableObject);
    case Kind::kDeque:
      return sizeof(DequeObject);
    case Kind::kCell:
      return sizeof(CellObject);
    case Kind::kFunction:
      return sizeof(FunctionObject) + as<FunctionObject>(object)->cell_count * kPointerSize;
    case Kind::kModule:
      return sizeof(ModuleObject);
    case Kind::kWeakRef:
      return sizeof(WeakRefObject);
    case Kind::kFrame:
      return sizeof(FrameObject) + as<FrameObject>(object)->local_count * kPointerSize;
    case Kind::kClass:
      return sizeof(ClassObject);
    case Kind::kInstance:
      return sizeof(InstanceObject) +
             (as<InstanceObject>(object)->first_slot() + object->type->slots.size()) * kPointerSize;
  }
  return sizeof(Object);
}

std::size_t buffer_size(const Object* object) {
  switch (object->kind()) {
    case Kind::kArray:
      return as<ArrayObject>(object)->capacity * 8;
    case Kind::kList:
      return as<ListObject>(object)->capacity * kPointerSize;
    case Kind::kDict:
    case Kind::kSet:
      return as<TableObject>(object)->table == nullptr ? 0
                                                       : as<TableObject>(object)->table->bytes();
    case Kind::kDeque:
      return as<DequeObject>(object)->capacity * kPointerSize;
    default:
      return 0;
  }
}

WeakRefObject** weak_list_of(Object* object) {
  switch (object->kind()) {
    case Kind::kSet:
      return &as<TableObject>(object)->weak_list;
    case Kind::kDeque:
      return &as<DequeObject>(object)->weak_list;
    case Kind::kFunction:
      return &as<FunctionObject>(object)->weak_list;
    case Kind::kModule:
      return &as<ModuleObject>(object)->weak_list;
    case Kind::kClass:
      return &as<ClassObject>(object)->weak_list;
    case Kind::kInstance:
      // An Object* field that holds a WeakRefObject*, which is an Object.
      return object->type->has_weak_list
                 ? reinterpret_cast<WeakRefObject**>(as<InstanceObject>(object)->fields() +
                                                     (object->type->has_dict ? 1 : 0))
                 : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace heapscan::dump::runtime
