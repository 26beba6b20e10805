#include "dump/cpython/objects/reference_walker.h"

#include <algorithm>

#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/object_layout.h"

// Fields, slots, instance attributes and the choice of what else to walk; containers are in
// walk_containers.cc, frames, types and modules in walk_runtime.cc, frames that are one object in
// walk_whole_frames.cc.
namespace heapscan::dump::cpython {
namespace {

/// Smaller numbers in the place of a pointer stand for a choice ("strict" among error handlers).
constexpr std::uint64_t kLeastPointer = 4096;

/// Where the pointer to an instance's dict is, for a dict offset counted from the end of the object
/// as PyObject_GetDictPtr does for types whose instances have items.
std::uint64_t dict_place(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  if (type.dict_offset > 0) {
    return object + static_cast<std::uint64_t>(type.dict_offset);
  }
  const auto items = reader.read_or<std::int64_t>(object + offset::kSize, 0);
  const std::uint64_t count = static_cast<std::uint64_t>(items < 0 ? -items : items);
  const std::uint64_t size = (type.basic_size + count * type.item_size + 7) / 8 * 8;
  return object + size - static_cast<std::uint64_t>(-type.dict_offset);
}

}  // namespace

void ReferenceWalker::walk(std::uint64_t object,
                           const TypeInfo& type,
                           ReferenceVisitor& visitor) const {
  walk_shape(object, type, visitor);
  walk_fields(object, type, visitor);
  if (type.layout->items.pointer != 0) {
    walk_item_array(object, type.layout->items, visitor);
  }
  walk_instance(object, type, visitor);
  if (type.scan_end > type.scan_begin) {
    scan(object + type.scan_begin, object + type.scan_end, type.scan_begin, visitor);
  }
  if (type.heap_type) {
    visitor.type(type.address);
  }
}

void ReferenceWalker::named(std::uint64_t place,
                            ReferenceKind kind,
                            std::string_view name,
                            ReferenceVisitor& visitor) const {
  if (const std::uint64_t target = reader_.pointer(place); target >= kLeastPointer) {
    visitor.named(target, kind, name);
  }
}

void ReferenceWalker::named_in_frame(std::uint64_t place,
                                     ReferenceKind kind,
                                     std::string_view name,
                                     ReferenceVisitor& visitor) const {
  const auto [target, counted] = reader_.stack_reference(place);
  if (target != 0 && counted) {
    visitor.named(target, kind, name);
  } else if (target != 0) {
    visitor.borrowed(target, 0);
  }
}

void ReferenceWalker::walk_fields(std::uint64_t object,
                                  const TypeInfo& type,
                                  ReferenceVisitor& visitor) const {
  for (const Field& field : type.layout->fields) {
    if (field.name.empty()) {
      return;
    }
    const std::uint64_t base = field.via == 0 ? object : reader_.pointer(object + field.via);
    if (base != 0) {
      named(base + field.offset, field.kind, field.name, visitor);
    }
  }
}

void ReferenceWalker::walk_item_array(std::uint64_t object,
                                      const ItemArray& items,
                                      ReferenceVisitor& visitor) const {
  const std::uint64_t base = items.via == 0 ? object : reader_.pointer(object + items.via);
  const std::uint64_t array = base == 0 ? 0 : reader_.pointer(base + items.pointer);
  if (array == 0) {
    return;
  }
  const std::uint64_t count =
      items.fixed_count != 0 ? items.fixed_count : reader_.pointer(base + items.count);
  for (std::uint64_t row = 0; row < count; ++row) {
    if (reader_.bytes(array + row * items.stride, items.stride) == nullptr) {
      return;  // The array ends outside what was copied.
    }
    walk_row(array + row * items.stride, row * items.words, items.words, visitor);
  }
}

void ReferenceWalker::walk_row(std::uint64_t row,
                               std::uint64_t position,
                               std::uint64_t words,
                               ReferenceVisitor& visitor) const {
  for (std::uint64_t word = 0; word < words; ++word) {
    if (const std::uint64_t target = reader_.pointer(row + word * 8); target != 0) {
      visitor.placed(target, ReferenceKind::kItem, position + word);
    }
  }
}

void ReferenceWalker::walk_instance(std::uint64_t object,
                                    const TypeInfo& type,
                                    ReferenceVisitor& visitor) const {
  for (const TypeInfo::Slot& slot : type.slots) {
    named(object + slot.offset, ReferenceKind::kAttribute, slot.name, visitor);
  }
  if (type.managed_dict) {
    walk_attributes(object, type, visitor);
  } else if (type.reads_dict) {
    named(dict_place(reader_, object, type), ReferenceKind::kAttribute, "__dict__", visitor);
  }
}

void ReferenceWalker::walk_attributes(std::uint64_t object,
                                      const TypeInfo& type,
                                      ReferenceVisitor& visitor) const {
  const Layout::Values& layout = reader_.layout().values;
  std::uint64_t dict = reader_.pointer(object - offset::kManagedDictBefore);
  std::uint64_t items = 0;
  std::uint64_t most = ~std::uint64_t{0};
  switch (reader_.layout().instances) {
    case InstanceForm::kOwnDict:
      return;  // Nothing lies before or in the instance.
    case InstanceForm::kValuesAndDict:
      items = reader_.pointer(object - offset::kManagedValuesBefore);
      break;
    case InstanceForm::kTaggedWord:
      if (dict % 2 != 0) {
        items = dict + 1;
        dict = 0;
      }
      break;
    case InstanceForm::kValuesUntilDict:
      if (dict != 0) {
        break;
      }
      [[fallthrough]];
    case InstanceForm::kInlineValues:
      if (const std::uint64_t values = object + type.basic_size;
          type.inline_values && reader_.read_or<std::uint8_t>(values + layout.valid, 0) != 0) {
        items = values + layout.items;
        most = reader_.read_or<std::uint8_t>(values + layout.capacity, 0);
      }
      break;
  }
  if (dict != 0) {
    visitor.named(dict, ReferenceKind::kAttribute, "__dict__");
  }
  if (items == 0 || type.cached_keys == 0) {
    return;
  }
  const DictKeys keys(reader_, type.cached_keys);
  for (std::uint64_t entry = 0; keys.valid() && entry < std::min(keys.entry_count(), most);
       ++entry) {
    if (const std::uint64_t target = reader_.pointer(items + entry * 8); target != 0) {
      visitor.named_by(target, ReferenceKind::kAttribute, keys.key(entry));
    }
  }
}

void ReferenceWalker::scan(std::uint64_t begin,
                           std::uint64_t end,
                           std::uint64_t position,
                           ReferenceVisitor& visitor) const {
  for (std::uint64_t place = (begin + 7) / 8 * 8; place + 8 <= end; place += 8) {
    const std::uint64_t word = reader_.pointer(place);
    if (word != 0 && word % 8 == 0) {
      visitor.placed(word, ReferenceKind::kConservative, position + (place - begin));
    }
  }
}

void ReferenceWalker::walk_shape(std::uint64_t object,
                                 const TypeInfo& type,
                                 ReferenceVisitor& visitor) const {
  switch (type.layout->shape) {
    case Shape::kFields:
      return;
    case Shape::kList:
      return walk_items(reader_.pointer(object + offset::kListItems),
                        reader_.pointer(object + offset::kSize), visitor);
    case Shape::kTuple:
      return walk_items(object + reader_.layout().tuple.items,
                        type.structure_sequence != 0 ? type.structure_sequence
                                                     : reader_.pointer(object + offset::kSize),
                        visitor);
    case Shape::kDict:
      return walk_dict(object, visitor);
    case Shape::kOrderedDict:
      return walk_ordered_dict(object, visitor);
    case Shape::kSet:
      return walk_set(object, visitor);
    case Shape::kDeque:
      return walk_deque(object, visitor);
    case Shape::kType:
      return walk_type(object, visitor);
    case Shape::kCode:
      return walk_code(object, visitor);
    case Shape::kModule:
      return walk_module(object, visitor);
    case Shape::kFrame:
      return walk_frame_object(object, visitor);
    case Shape::kWholeFrame:
      return walk_frame_locals(object, visitor);
    case Shape::kGenerator:
      return walk_generator(object, visitor);
    case Shape::kLruCache:
      return walk_lru_cache(object, visitor);
    case Shape::kHamtArray:
      return walk_items(object + offset::kHamtArrayItems, offset::kHamtArrayLength, visitor);
    case Shape::kHamtItems:
      return walk_items(object + offset::kHamtItems, reader_.pointer(object + offset::kSize),
                        visitor);
    case Shape::kTeeData:
      return walk_items(object + offset::kTeeDataItems,
                        reader_.read_or<std::uint32_t>(object + offset::kTeeDataCount, 0), visitor);
    case Shape::kDateTime:
      return walk_date_time(object, type, visitor);
    case Shape::kXmlElement:
      return walk_xml_element(object, visitor);
    case Shape::kNumpyArray:
      return walk_numpy_array(object, visitor);
    case Shape::kProfiler:
      return walk_profiler(object, visitor);
    case Shape::kBuiltinFunction:
      return walk_builtin_function(object, visitor);
    case Shape::kWeakReference:
      if (const std::uint64_t target = reader_.pointer(object + offset::kWeakObject); target != 0) {
        visitor.weak(target);
      }
      return;
  }
}

}  // namespace heapscan::dump::cpython
