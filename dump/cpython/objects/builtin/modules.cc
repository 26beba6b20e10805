#include "dump/cpython/objects/builtin/modules.h"

#include <algorithm>

#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/walking.h"

// Modules and their definitions.
namespace heapscan::dump::cpython {
namespace {

// PyModuleObject, PyModuleDef.
constexpr std::uint64_t kModuleDef = 24;
constexpr std::uint64_t kModuleState = 32;
constexpr std::uint64_t kModuleDefStateSize = 56;

/// The state of a module is scanned up to here: larger ones are buffers.
constexpr std::uint64_t kLargestModuleState = std::uint64_t{1} << 20U;

/// Whether the callbacks of the module atexit are in the state of this module.
bool has_exit_callbacks(const ObjectReader& reader, Address module) {
  const std::uint32_t field = reader.layout().interpreter.exit_module;
  return field != 0 && std::ranges::any_of(reader.interpreters(), [&](Address interpreter) {
           return reader.pointer(interpreter + field) == module;
         });
}

/// A module written in C keeps its state in a structure that only it knows.
void walk_module(const WalkContext& context,
                 Address module,
                 const TypeInfo& /*type*/,
                 ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Address state = reader.pointer(module + kModuleState);
  const Address definition = reader.pointer(module + kModuleDef);
  const auto size = reader.read_or<std::int64_t>(definition + kModuleDefStateSize, 0);
  if (has_exit_callbacks(reader, module)) {
    for (const Address object : exit_callbacks(reader, state)) {
      visitor.named(object, {"atexit", ReferenceKind::kInternal});
    }
    return;
  }
  if (state && definition && size > 0) {
    scan(reader, state, state + std::min(static_cast<std::uint64_t>(size), kLargestModuleState), 0,
         visitor);
  }
}

constexpr TypeTraits kModule = {.walk = walk_module, .name = name_in_field};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"module", since(8), 56, kModule,
     {{namespace_dict(16), with_role(internal(48, "md_name"), Role::kName)}}},
    {"moduledef", since(8), 104, {}, {{internal(32, "m_copy")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> module_layouts() {
  return kLayouts;
}

std::vector<Address> exit_callbacks(const ObjectReader& reader, Address place) {
  constexpr std::uint64_t kMostCallbacks = 1U << 20U;
  constexpr std::uint64_t kObjectsOfCallback = 3;  // atexit_callback: {func, args, kwargs}
  std::vector<Address> objects;
  const Address array = reader.pointer(place);
  const std::uint64_t count = reader.read_or<std::uint32_t>(place + 8, 0);
  for (std::uint64_t row = 0; array && row < count && count < kMostCallbacks; ++row) {
    const Address callback = reader.pointer(array + row * 8);
    for (std::uint64_t field = 0; callback && field < kObjectsOfCallback; ++field) {
      if (const Address object = reader.pointer(callback + field * 8); object) {
        objects.push_back(object);
      }
    }
  }
  return objects;
}

}  // namespace heapscan::dump::cpython
