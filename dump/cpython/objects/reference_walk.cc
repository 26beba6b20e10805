#include "dump/cpython/objects/reference_walk.h"

#include <algorithm>

#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/model/object_header.h"

namespace heapscan::dump::cpython {
namespace {

/// Where the pointer to an instance's dict is, for a dict offset counted from the end of the object
/// as PyObject_GetDictPtr does for types whose instances have items.
Address dict_place(const ObjectReader& reader, Address object, const TypeInfo& type) {
  if (type.dict_offset > 0) {
    return object + static_cast<std::uint64_t>(type.dict_offset);
  }
  const auto items = reader.read_or<std::int64_t>(object + offset::kSize, 0);
  const std::uint64_t count = static_cast<std::uint64_t>(items < 0 ? -items : items);
  const std::uint64_t size = (type.basic_size + count * type.item_size + 7) / 8 * 8;
  return object + size - static_cast<std::uint64_t>(-type.dict_offset);
}

void visit_fields(const ObjectReader& reader,
                  Address object,
                  const TypeInfo& type,
                  ReferenceVisitor& visitor) {
  for (const Field& field : type.layout->fields) {
    if (field.label.name.empty()) {
      return;
    }
    const Address base = field.via == 0 ? object : reader.pointer(object + field.via);
    if (base) {
      visit_pointer(reader, base + field.offset, field.label, visitor);
    }
  }
}

void visit_row(const ObjectReader& reader,
               Address row,
               std::uint64_t position,
               std::uint64_t words,
               ReferenceVisitor& visitor) {
  for (std::uint64_t word = 0; word < words; ++word) {
    if (const Address target = reader.pointer(row + word * 8); target) {
      visitor.placed(target, ReferenceKind::kItem, position + word);
    }
  }
}

void visit_item_array(const ObjectReader& reader,
                      Address object,
                      const ItemArray& items,
                      ReferenceVisitor& visitor) {
  const Address base = items.via == 0 ? object : reader.pointer(object + items.via);
  const Address array = base ? reader.pointer(base + items.pointer) : Address{};
  if (!array) {
    return;
  }
  const std::uint64_t count =
      items.fixed_count != 0 ? items.fixed_count : reader.word(base + items.count);
  for (std::uint64_t row = 0; row < count; ++row) {
    if (reader.bytes(array + row * items.stride, items.stride) == nullptr) {
      return;  // The array ends outside what was copied.
    }
    visit_row(reader, array + row * items.stride, row * items.words, items.words, visitor);
  }
}

/// For an instance whose attributes are inside or before it: see InstanceForm.
void visit_managed_attributes(const ObjectReader& reader,
                              Address object,
                              const TypeInfo& type,
                              ReferenceVisitor& visitor) {
  const Layout::Values& layout = reader.layout().values;
  Address dict = reader.pointer(object - offset::kManagedDictBefore);
  Address items;
  std::uint64_t most = ~std::uint64_t{0};
  switch (reader.layout().instances) {
    case InstanceForm::kOwnDict:
      return;  // Nothing is stored before or inside the instance.
    case InstanceForm::kValuesAndDict:
      items = reader.pointer(object - offset::kManagedValuesBefore);
      break;
    case InstanceForm::kTaggedWord:
      if (!is_aligned(dict, 2)) {
        items = dict + 1;
        dict = {};
      }
      break;
    case InstanceForm::kValuesUntilDict:
      if (dict) {
        break;
      }
      [[fallthrough]];
    case InstanceForm::kInlineValues:
      if (const Address values = object + type.basic_size;
          type.inline_values && reader.read_or<std::uint8_t>(values + layout.valid, 0) != 0) {
        items = values + layout.items;
        most = reader.read_or<std::uint8_t>(values + layout.capacity, 0);
      }
      break;
  }
  if (dict) {
    visitor.named(dict, kNamespaceLabel);
  }
  if (!items || !type.cached_keys) {
    return;
  }
  const DictKeys keys(reader, type.cached_keys);
  for (std::uint64_t entry = 0; keys.valid() && entry < std::min(keys.entry_count(), most);
       ++entry) {
    if (const Address target = reader.pointer(items + entry * 8); target) {
      visitor.named_by(target, ReferenceKind::kAttribute, keys.key(entry));
    }
  }
}

void visit_attributes(const ObjectReader& reader,
                      Address object,
                      const TypeInfo& type,
                      ReferenceVisitor& visitor) {
  for (const TypeInfo::Slot& slot : type.slots) {
    visit_pointer(reader, object + slot.offset, {slot.name}, visitor);
  }
  if (type.managed_dict) {
    visit_managed_attributes(reader, object, type, visitor);
  } else if (type.reads_dict) {
    visit_pointer(reader, dict_place(reader, object, type), kNamespaceLabel, visitor);
  }
}

}  // namespace

void walk_references(const WalkContext& context,
                     Address object,
                     const TypeInfo& type,
                     ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  if (type.layout->traits.walk != nullptr) {
    type.layout->traits.walk(context, object, type, visitor);
  }
  visit_fields(reader, object, type, visitor);
  if (type.layout->items.pointer != 0) {
    visit_item_array(reader, object, type.layout->items, visitor);
  }
  visit_attributes(reader, object, type, visitor);
  if (type.scan_end > type.scan_begin) {
    scan(reader, object + type.scan_begin, object + type.scan_end, type.scan_begin, visitor);
  }
  if (type.heap_type) {
    visitor.type(type.address);
  }
}

}  // namespace heapscan::dump::cpython
