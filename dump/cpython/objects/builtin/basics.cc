#include <algorithm>

#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/type_info.h"

// object, the singletons, and what belongs to no other family.
namespace heapscan::dump::cpython {
namespace {

constexpr TypeTraits kSingleton = {.describe = mark_singletons};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"object", since(8), 16},
    {"NoneType", since(8), 16, kSingleton},
    {"NotImplementedType", since(8), 16, kSingleton},
    {"ellipsis", since(8), 16, kSingleton},
    {"PyCapsule", since(8).until(12), 48},
    {"PyCapsule", since(13), 64},
    {"types.SimpleNamespace", since(8), 24, {}, {{namespace_dict(16)}}},
    {"mappingproxy", since(8), 24, {}, {{internal(16, "mapping")}}},
    {"stderrprinter", since(8), 24},
    {"InterpreterID", since(8).until(12), 24},
    {"_xxsubinterpreters.ChannelID", only_in(11), 40},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> basic_layouts() {
  return kLayouts;
}

void mark_singletons(const ObjectReader& /*reader*/, TypeInfo& info) {
  info.singletons = !info.heap_type;
}

std::string name_in_field(const ObjectReader& reader, Address object, const TypeInfo& type) {
  const Fields& fields = type.layout->fields;
  const auto name = std::find_if(fields.begin(), fields.end(), [](const Field& field) {
    return field.label.role == Role::kName;
  });
  return name == fields.end()
             ? std::string()
             : read_text(reader, reader.pointer(object + name->offset), kLongestNamePreview);
}

}  // namespace heapscan::dump::cpython
