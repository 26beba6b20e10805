#include "dump/cpython/objects/builtin/dicts.h"

#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/families.h"

// dict, defaultdict, and the views and iterators of dicts.
namespace heapscan::dump::cpython {
namespace {

/// Whether the values, which the dict shares with an instance, are counted by that instance.
bool belong_to_instance(const ObjectReader& reader, Address values) {
  const Layout& layout = reader.layout();
  return layout.instances == InstanceForm::kInlineValues &&
         reader.read_or<std::uint8_t>(values - layout.values.items + layout.values.embedded, 0) !=
             0;
}

constexpr TypeTraits kDict = {.walk = walk_dict, .size = dict_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"dict", since(8), 48, kDict},
    {"collections.defaultdict", since(8), 56, kDict, {{{48, "default_factory"}}}},
    {"dict_keys", since(8), 24, {}, {{{16, "mapping"}}}},
    {"dict_values", since(8), 24, {}, {{{16, "mapping"}}}},
    {"dict_items", since(8), 24, {}, {{{16, "mapping"}}}},
    {"dict_keyiterator", since(8), 56, {}, {{internal(16, "dict"), internal(40, "result")}}},
    {"dict_valueiterator", since(8), 56, {}, {{internal(16, "dict"), internal(40, "result")}}},
    {"dict_itemiterator", since(8), 56, {}, {{internal(16, "dict"), internal(40, "result")}}},
    {"dict_reversekeyiterator", since(8), 56, {}, {{internal(16, "dict"), internal(40, "result")}}},
    {"dict_reversevalueiterator", since(8), 56, {},
     {{internal(16, "dict"), internal(40, "result")}}},
    {"dict_reverseitemiterator", since(8), 56, {},
     {{internal(16, "dict"), internal(40, "result")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> dict_layouts() {
  return kLayouts;
}

void walk_dict(const WalkContext& context,
               Address dict,
               const TypeInfo& /*type*/,
               ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Address table = reader.pointer(dict + offset::kDictKeys);
  const DictKeys keys(reader, table);
  if (!keys.valid()) {
    return;
  }
  const Address values = split_values(reader, dict);
  if (values && belong_to_instance(reader, values)) {
    return;
  }
  if (values && reader.layout().instances == InstanceForm::kOwnDict &&
      context.table_owners != nullptr && context.table_owners->owner(table, dict) == dict) {
    visit_attribute_names(keys, visitor);
  }
  for (std::uint64_t entry = 0; entry < keys.entry_count(); ++entry) {
    const Address key = keys.key(entry);
    // The keys of a split table belong to the table, which the type holds, not to the dict.
    const Address value = values ? reader.pointer(values + entry * 8) : keys.value(entry);
    if (!value || !key) {
      continue;
    }
    if (!values) {
      visitor.placed(key, ReferenceKind::kKey, entry);
    }
    visitor.value(value, key);
  }
}

std::uint64_t dict_size(const ObjectReader& reader, Address dict, const TypeInfo& type) {
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  std::uint64_t size = type.basic_size;
  if (reader.pointer(dict + offset::kDictValues)) {
    size += keys.usable_size() * 8;
  }
  return keys.refcount() == 1 ? size + keys.size() : size;
}

}  // namespace heapscan::dump::cpython
