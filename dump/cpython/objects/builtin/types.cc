#include "dump/cpython/objects/builtin/types.h"

#include <utility>

#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/families.h"

namespace heapscan::dump::cpython {
namespace {

// Bits of tp_flags.
constexpr std::uint64_t kFlagStaticType = std::uint64_t{1} << 1U;  // Since 3.12.
constexpr std::uint64_t kFlagHeapType = std::uint64_t{1} << 9U;

/// Whether the interpreters store the type's dict and subclasses.
bool is_kept_by_interpreters(const ObjectReader& reader, Address type) {
  return reader.layout().static_types.builtins != 0 &&
         (reader.word(type + offset::kTypeFlags) & kFlagStaticType) != 0;
}

StaticType static_type_in(const ObjectReader& reader, Address interpreter, Address type) {
  const Layout::StaticTypes& types = reader.layout().static_types;
  // Both tables count from 1; each row begins with the type that it is for.
  const std::uint64_t place = reader.word(type + offset::kTypeSubclasses) - 1;
  for (const auto& [table, count] : {std::pair(types.builtins, types.builtin_count),
                                     std::pair(types.extensions, types.extension_count)}) {
    const Address row = interpreter + table + place * types.row_size;
    if (place < count && reader.pointer(row) == type) {
      return {type, reader.pointer(row + types.dict), reader.pointer(row + types.subclasses)};
    }
  }
  return {};
}

/// That of the main interpreter, or of another if only others know the type.
StaticType static_type(const ObjectReader& reader, Address type) {
  const std::vector<Address>& interpreters = reader.interpreters();
  for (auto interpreter = interpreters.rbegin(); interpreter != interpreters.rend();
       ++interpreter) {
    if (const StaticType found = static_type_in(reader, *interpreter, type); found.type) {
      return found;
    }
  }
  return {};
}

std::uint64_t type_size(const ObjectReader& reader, Address type, const TypeInfo& /*metatype*/) {
  if (!is_heap_type(reader, type)) {
    return reader.layout().type.size;
  }
  const Address cached = reader.pointer(type + reader.layout().type.heap_cached_keys);
  return reader.layout().type.heap_size + (cached ? DictKeys(reader, cached).size() : 0);
}

constexpr TypeTraits kType = {.walk = walk_type, .size = type_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"type", since(8).until(9), 880, kType},
    {"type", only_in(10), 888, kType},
    {"type", only_in(11), 904, kType},
    {"type", only_in(12), 920, kType},
    {"type", only_in(13), 928, kType},
    {"type", since(14), 936, kType},
    {"super", since(8), 40, {},
     {{{16, "__thisclass__"}, {24, "__self__"}, {32, "__self_class__"}}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> type_layouts() {
  return kLayouts;
}

bool is_heap_type(const ObjectReader& reader, Address type) {
  return (reader.word(type + offset::kTypeFlags) & kFlagHeapType) != 0;
}

Address type_dict(const ObjectReader& reader, Address type) {
  const Address dict = reader.pointer(type + offset::kTypeDict);
  return dict || !is_kept_by_interpreters(reader, type) ? dict : static_type(reader, type).dict;
}

Address type_subclasses(const ObjectReader& reader, Address type) {
  return is_kept_by_interpreters(reader, type) ? static_type(reader, type).subclasses
                                               : reader.pointer(type + offset::kTypeSubclasses);
}

std::vector<StaticType> static_types(const ObjectReader& reader, Address interpreter) {
  std::vector<StaticType> found;
  const Layout::StaticTypes& types = reader.layout().static_types;
  for (const auto& [table, count] : {std::pair(types.builtins, types.builtin_count),
                                     std::pair(types.extensions, types.extension_count)}) {
    for (std::uint64_t place = 0; table != 0 && place < count; ++place) {
      const Address row = interpreter + table + place * types.row_size;
      if (const Address type = reader.pointer(row); type) {
        found.push_back(
            {type, reader.pointer(row + types.dict), reader.pointer(row + types.subclasses)});
      }
    }
  }
  return found;
}

void walk_type(const WalkContext& context,
               Address type,
               const TypeInfo& /*metatype*/,
               ReferenceVisitor& visitor) {
  struct TypeField {
    std::uint64_t offset;
    Label label;
  };

  const ObjectReader& reader = context.reader;
  const Layout::Type& layout = reader.layout().type;
  const TypeField fields[] = {
      {offset::kTypeBases, {"__bases__"}},
      {offset::kTypeMro, {"__mro__"}},
      {offset::kTypeCache, {"tp_cache", ReferenceKind::kInternal}},
      {layout.heap_name, {"__name__"}},
      {layout.heap_slots, {"__slots__"}},
      {layout.heap_qualname, {"__qualname__"}},
      {layout.heap_module, {"ht_module", ReferenceKind::kInternal}},
  };
  if (const Address dict = type_dict(reader, type); dict) {
    visitor.named(dict, kNamespaceLabel);
  }
  if (const Address subclasses = type_subclasses(reader, type); subclasses) {
    visitor.named(subclasses, {"tp_subclasses", ReferenceKind::kInternal});
  }
  const bool heap_type = is_heap_type(reader, type);
  for (const TypeField& field : fields) {
    if (field.offset != 0 && (heap_type || field.offset < layout.size)) {
      visit_pointer(reader, type + field.offset, field.label, visitor);
    }
  }
  if (!heap_type) {
    return;  // Its base is one of its bases and is not counted again.
  }
  visit_pointer(reader, type + offset::kTypeBase, {"__base__"}, visitor);
  visit_attribute_names(DictKeys(reader, reader.pointer(type + layout.heap_cached_keys)), visitor);
}

}  // namespace heapscan::dump::cpython
