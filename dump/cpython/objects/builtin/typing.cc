#include "dump/cpython/objects/builtin/families.h"

// Generic aliases, unions, type variables and templates of strings.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"types.GenericAlias", since(9).until(10), 48, {},
     {{{16, "__origin__"}, {24, "__args__"}, {32, "__parameters__"}}}},
    {"types.GenericAlias", since(11), 64, {},
     {{{16, "__origin__"}, {24, "__args__"}, {32, "__parameters__"}}}},
    {"types.UnionType", since(10).until(13), 32, {}, {{{16, "__args__"}, {24, "__parameters__"}}}},
    {"typing.Union", since(14), 56, {},
     {{{16, "__args__"}, internal(24, "hashable_args"), internal(32, "unhashable_args"),
       {40, "__parameters__"}}}},
    {"generic_alias_iterator", since(11), 24, {}, {{internal(16, "alias")}}},
    {"typing.TypeVar", only_in(12), 64, {},
     {{{16, "__name__"}, internal(24, "bound"), internal(32, "evaluate_bound"),
       internal(40, "constraints"), internal(48, "evaluate_constraints")}}},
    {"typing.TypeVar", since(13), 80, {},
     {{{16, "__name__"}, internal(24, "bound"), internal(32, "evaluate_bound"),
       internal(40, "constraints"), internal(48, "evaluate_constraints"), internal(56, "default"),
       internal(64, "evaluate_default")}}},
    {"typing.TypeVarTuple", only_in(12), 24, {}, {{{16, "__name__"}}}},
    {"typing.TypeVarTuple", since(13), 40, {},
     {{{16, "__name__"}, internal(24, "default"), internal(32, "evaluate_default")}}},
    {"typing.ParamSpec", only_in(12), 40, {}, {{{16, "__name__"}, {24, "__bound__"}}}},
    {"typing.ParamSpec", since(13), 56, {},
     {{{16, "__name__"}, {24, "__bound__"}, internal(32, "default"),
       internal(40, "evaluate_default")}}},
    {"typing.ParamSpecArgs", since(12), 24, {}, {{{16, "__origin__"}}}},
    {"typing.ParamSpecKwargs", since(12), 24, {}, {{{16, "__origin__"}}}},
    {"typing.TypeAliasType", since(12), 56, {},
     {{{16, "__name__"}, {24, "__type_params__"}, internal(32, "compute_value"),
       internal(40, "value"), {48, "__module__"}}}},
    {"_typing._ConstEvaluator", since(14), 24, {}, {{{16, "value"}}}},
    {"typing.Generic", since(12), 16},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> typing_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
