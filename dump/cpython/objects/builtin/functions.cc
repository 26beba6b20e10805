#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/walking.h"

// Functions of Python and C code, methods, descriptors and cells.
namespace heapscan::dump::cpython {
namespace {

// PyCFunctionObject, PyCMethodObject, PyMethodDef.
constexpr std::uint64_t kBuiltinMethodDef = 16;
constexpr std::uint64_t kBuiltinClass = 56;
constexpr std::uint64_t kMethodDefName = 0;
constexpr std::uint64_t kMethodDefFlags = 16;
constexpr std::uint32_t kMethodDefHasClass = 0x200;  // METH_METHOD

/// Only methods defined to take their class have space for it.
void walk_builtin_function(const WalkContext& context,
                           Address object,
                           const TypeInfo& /*type*/,
                           ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Address definition = reader.pointer(object + kBuiltinMethodDef);
  const auto flags = reader.read_or<std::uint32_t>(definition + kMethodDefFlags, 0);
  if ((flags & kMethodDefHasClass) != 0) {
    visit_pointer(reader, object + kBuiltinClass, {"mm_class", ReferenceKind::kInternal}, visitor);
  }
}

std::string builtin_function_name(const ObjectReader& reader,
                                  Address object,
                                  const TypeInfo& /*type*/) {
  const Address definition = reader.pointer(object + kBuiltinMethodDef);
  return reader.text(reader.pointer(definition + kMethodDefName), kLongestNamePreview);
}

constexpr TypeTraits kFunction = {.name = name_in_field};
constexpr TypeTraits kBuiltinFunction = {.walk = walk_builtin_function,
                                         .name = builtin_function_name};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"function", since(8).until(9), 120, kFunction,
     {{with_role(Field{16, "__code__"}, Role::kCode), {24, "__globals__"}, {32, "__defaults__"},
       {40, "__kwdefaults__"}, with_role(Field{48, "__closure__"}, Role::kClosure), {56, "__doc__"},
       {64, "__name__"}, namespace_dict(72), {88, "__module__"}, {96, "__annotations__"},
       with_role(Field{104, "__qualname__"}, Role::kName)}}},
    {"function", only_in(10), 128, kFunction,
     {{{16, "__globals__"}, {24, "__builtins__"}, {32, "__name__"},
       with_role(Field{40, "__qualname__"}, Role::kName),
       with_role(Field{48, "__code__"}, Role::kCode), {56, "__defaults__"}, {64, "__kwdefaults__"},
       with_role(Field{72, "__closure__"}, Role::kClosure), {80, "__doc__"}, namespace_dict(88),
       {104, "__module__"}, {112, "__annotations__"}}}},
    {"function", only_in(11), 136, kFunction,
     {{{16, "__globals__"}, {24, "__builtins__"}, {32, "__name__"},
       with_role(Field{40, "__qualname__"}, Role::kName),
       with_role(Field{48, "__code__"}, Role::kCode), {56, "__defaults__"}, {64, "__kwdefaults__"},
       with_role(Field{72, "__closure__"}, Role::kClosure), {80, "__doc__"}, namespace_dict(88),
       {104, "__module__"}, {112, "__annotations__"}}}},
    {"function", since(12).until(13), 144, kFunction,
     {{{16, "__globals__"}, {24, "__builtins__"}, {32, "__name__"},
       with_role(Field{40, "__qualname__"}, Role::kName),
       with_role(Field{48, "__code__"}, Role::kCode), {56, "__defaults__"}, {64, "__kwdefaults__"},
       with_role(Field{72, "__closure__"}, Role::kClosure), {80, "__doc__"}, namespace_dict(88),
       {104, "__module__"}, {112, "__annotations__"}, {120, "__type_params__"}}}},
    {"function", since(14), 152, kFunction,
     {{{16, "__globals__"}, {24, "__builtins__"}, {32, "__name__"},
       with_role(Field{40, "__qualname__"}, Role::kName),
       with_role(Field{48, "__code__"}, Role::kCode), {56, "__defaults__"}, {64, "__kwdefaults__"},
       with_role(Field{72, "__closure__"}, Role::kClosure), {80, "__doc__"}, namespace_dict(88),
       {104, "__module__"}, {112, "__annotations__"}, {120, "__annotate__"},
       {128, "__type_params__"}}}},
    {"builtin_function_or_method", since(8), 56, kBuiltinFunction,
     {{{24, "__self__"}, {32, "__module__"}}}},
    {"builtin_method", since(9), 64, kBuiltinFunction, {{{24, "__self__"}, {32, "__module__"}}}},
    {"method", since(8), 48, {}, {{{16, "__func__"}, {24, "__self__"}}}},
    {"instancemethod", since(8), 24, {}, {{{16, "__func__"}}}},
    {"method-wrapper", since(8), 32, {}, {{internal(16, "descr"), {24, "__self__"}}}},
    {"method_descriptor", since(8), 56, {},
     {{{16, "__objclass__"}, {24, "__name__"}, {32, "__qualname__"}}}},
    {"classmethod_descriptor", since(8), 56, {},
     {{{16, "__objclass__"}, {24, "__name__"}, {32, "__qualname__"}}}},
    {"wrapper_descriptor", since(8), 56, {},
     {{{16, "__objclass__"}, {24, "__name__"}, {32, "__qualname__"}}}},
    {"getset_descriptor", since(8), 48, {},
     {{{16, "__objclass__"}, {24, "__name__"}, {32, "__qualname__"}}}},
    {"member_descriptor", since(8), 48, {},
     {{{16, "__objclass__"}, {24, "__name__"}, {32, "__qualname__"}}}},
    {"cell", since(8), 24, {}, {{{16, "cell_contents"}}}},
    {"property", since(8).until(9), 56, {},
     {{{16, "fget"}, {24, "fset"}, {32, "fdel"}, {40, "__doc__"}}}},
    {"property", since(10), 64, {},
     {{{16, "fget"}, {24, "fset"}, {32, "fdel"}, {40, "__doc__"}, internal(48, "prop_name")}}},
    {"classmethod", since(8), 32, {}, {{{16, "__func__"}, namespace_dict(24)}}},
    {"staticmethod", since(8), 32, {}, {{{16, "__func__"}, namespace_dict(24)}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> function_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
