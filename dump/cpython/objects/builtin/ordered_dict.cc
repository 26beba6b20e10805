#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/dicts.h"
#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/sizes.h"

// collections.OrderedDict (Objects/odictobject.c): a dict with a linked list of its keys.
namespace heapscan::dump::cpython {
namespace {

// PyODictObject and _ODictNode.
constexpr std::uint64_t kOrderedDictFirst = 48;
constexpr std::uint64_t kOrderedDictFastNodesSize = 72;
constexpr std::uint64_t kOrderedDictInstanceDict = 96;
constexpr std::uint64_t kOrderedDictNodeKey = 0;
constexpr std::uint64_t kOrderedDictNodeNext = 16;
constexpr std::uint64_t kOrderedDictNodeSize = 32;

void walk_ordered_dict(const WalkContext& context,
                       Address dict,
                       const TypeInfo& type,
                       ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  walk_dict(context, dict, type, visitor);
  visit_pointer(reader, dict + kOrderedDictInstanceDict, kNamespaceLabel, visitor);
  // The list that keeps the order counts each key once more. It is never followed for more nodes
  // than the table has entries, in case its links are damaged.
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  Address node = reader.pointer(dict + kOrderedDictFirst);
  for (std::uint64_t step = 0; node && step < keys.entry_count(); ++step) {
    visit_pointer(reader, node + kOrderedDictNodeKey, {"order", ReferenceKind::kInternal}, visitor);
    node = reader.pointer(node + kOrderedDictNodeNext);
  }
}

std::uint64_t ordered_dict_size(const ObjectReader& reader, Address dict, const TypeInfo& type) {
  return dict_size(reader, dict, type) + reader.word(dict + kOrderedDictFastNodesSize) * 8 +
         item_count(reader, dict) * kOrderedDictNodeSize;
}

constexpr TypeTraits kOrderedDict = {.walk = walk_ordered_dict, .size = ordered_dict_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"collections.OrderedDict", since(8), 112, kOrderedDict},
    {"odict_keys", since(8), 24, {}, {{{16, "mapping"}}}},
    {"odict_values", since(8), 24, {}, {{{16, "mapping"}}}},
    {"odict_items", since(8), 24, {}, {{{16, "mapping"}}}},
    {"odict_iterator", since(8), 64, {},
     {{internal(24, "dict"), internal(48, "current_key"), internal(56, "result")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> ordered_dict_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
