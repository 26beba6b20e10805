#include "dump/cpython/objects/object_size.h"

#include <algorithm>

#include "dump/cpython/objects/dict_reader.h"
#include "dump/cpython/objects/int_reader.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/text_reader.h"

namespace heapscan::dump::cpython {
namespace {

/// Larger than the address space: a size computed from damaged fields.
constexpr std::uint64_t kLargestObject = std::uint64_t{1} << 47U;

std::uint64_t absolute(std::int64_t number) {
  return number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
}

std::uint64_t item_count(const ObjectReader& reader, std::uint64_t object) {
  return absolute(reader.read_or<std::int64_t>(object + offset::kSize, 0));
}

/// object.__sizeof__.
std::uint64_t basic_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  return type.basic_size + (type.item_size == 0 ? 0 : item_count(reader, object) * type.item_size);
}

/// Items of the object that the pointer at `place` points to.
std::uint64_t tuple_length(const ObjectReader& reader, std::uint64_t place) {
  const std::uint64_t tuple = reader.pointer(place);
  return tuple == 0 ? 0 : item_count(reader, tuple);
}

/// Where the layout of a type has the field of this name.
std::uint64_t field_offset(const TypeInfo& type, std::string_view name) {
  const auto found = std::find_if(type.layout->fields.begin(), type.layout->fields.end(),
                                  [name](const Field& field) { return field.name == name; });
  return found == type.layout->fields.end() ? 0 : found->offset;
}

/// dict.__sizeof__: a table that is shared is counted by the type that owns it.
std::uint64_t dict_size(const ObjectReader& reader, std::uint64_t dict, const TypeInfo& type) {
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  std::uint64_t size = type.basic_size;
  if (reader.pointer(dict + offset::kDictValues) != 0) {
    size += keys.usable_size() * 8;
  }
  return keys.refcount() == 1 ? size + keys.size() : size;
}

std::uint64_t ordered_dict_size(const ObjectReader& reader,
                                std::uint64_t dict,
                                const TypeInfo& type) {
  return dict_size(reader, dict, type) +
         reader.pointer(dict + offset::kOrderedDictFastNodesSize) * 8 +
         item_count(reader, dict) * offset::kOrderedDictNodeSize;
}

std::uint64_t set_size(const ObjectReader& reader, std::uint64_t set, const TypeInfo& type) {
  const bool own_table = reader.pointer(set + offset::kSetTable) != set + offset::kSetSmallTable;
  const std::uint64_t slots = reader.pointer(set + offset::kSetMask) + 1;
  return type.basic_size + (own_table ? slots * offset::kSetEntrySize : 0);
}

std::uint64_t type_size(const ObjectReader& reader, std::uint64_t type) {
  if ((reader.pointer(type + offset::kTypeFlags) & offset::kFlagHeapType) == 0) {
    return reader.layout().type.size;
  }
  const std::uint64_t cached = reader.pointer(type + reader.layout().type.heap_cached_keys);
  return reader.layout().type.heap_size + (cached == 0 ? 0 : DictKeys(reader, cached).size());
}

/// str.__sizeof__: the structure, the characters with a zero behind, and separate UTF-8 and wchar_t
/// forms if they were made.
std::uint64_t text_size(const ObjectReader& reader, std::uint64_t object) {
  const Layout::Text& layout = reader.layout().text;
  const auto text = read_text_object(reader, object);
  if (!text) {
    return layout.size;
  }
  if (!text->ready) {
    return layout.size + (text->length + 1) * text->character_size;
  }
  const std::uint64_t characters = (text->length + 1) * text->character_size;
  std::uint64_t size = text->compact
                           ? (text->ascii ? layout.ascii_size : layout.compact_size) + characters
                           : layout.size + (text->data == 0 ? 0 : characters);
  const bool ascii = text->compact && text->ascii;
  const std::uint64_t utf8 = ascii ? 0 : reader.pointer(object + layout.utf8);
  if (utf8 != 0 && utf8 != text->data) {
    size += reader.pointer(object + layout.utf8_length) + 1;
  }
  const std::uint64_t wide = layout.wide == 0 ? 0 : reader.pointer(object + layout.wide);
  if (wide != 0 && wide != text->data) {
    const std::uint64_t length = ascii ? text->length : reader.pointer(object + layout.wide_length);
    size += (length + 1) * sizeof(wchar_t);
  }
  return size;
}

/// A code object in versions that keep its instructions in a bytes object: beside it lie, once it
/// needs them, a word for each of its cells, and caches that make instructions faster.
std::uint64_t code_tables_size(const ObjectReader& reader, std::uint64_t object) {
  constexpr std::uint64_t kInstructionSize = 2;
  const Layout::Code& layout = reader.layout().code;
  std::uint64_t size = 0;
  if (reader.pointer(object + layout.cell_arguments) != 0) {
    size += tuple_length(reader, object + layout.cell_names) * 8;
  }
  if (reader.pointer(object + layout.opcode_cache) != 0) {
    size += tuple_length(reader, object + layout.bytecode) / kInstructionSize;
    size += std::uint64_t{reader.read_or<std::uint8_t>(object + layout.opcode_cache_count, 0)} *
            layout.opcode_cache_entry_size;
  }
  return size;
}

std::uint64_t code_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  std::uint64_t size = (basic_size(reader, object, type) + 7) / 8 * 8;
  if (reader.layout().code.bytecode != 0) {
    size += code_tables_size(reader, object);
  }
  if (const std::uint64_t extra = reader.pointer(object + reader.layout().code.extra); extra != 0) {
    size += 16 + (reader.pointer(extra) - 1) * 8;  // {size, first item}, then the others
  }
  return size;
}

std::uint64_t frame_size(const ObjectReader& reader, std::uint64_t code) {
  return reader.layout().frame.locals_plus +
         8 * (reader.read_or<std::uint32_t>(code + reader.layout().code.locals_plus, 0) +
              std::uint64_t{
                  reader.read_or<std::uint32_t>(code + reader.layout().code.stack_size, 0)});
}

/// A frame object with its variables and room for its stack, one word of which is in its basic
/// size.
std::uint64_t whole_frame_size(const ObjectReader& reader,
                               std::uint64_t frame,
                               const TypeInfo& type) {
  const Layout::Code& layout = reader.layout().code;
  const std::uint64_t code = reader.pointer(frame + reader.layout().frame.code);
  const std::uint64_t words =
      std::uint64_t{reader.read_or<std::uint32_t>(code + layout.stack_size, 0)} +
      std::uint64_t{reader.read_or<std::uint32_t>(code + layout.local_count, 0)} +
      tuple_length(reader, code + layout.cell_names) +
      tuple_length(reader, code + layout.free_names);
  return type.basic_size + words * 8 - 8;
}

std::uint64_t deque_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  const std::uint64_t end =
      reader.pointer(object + offset::kDequeLeftIndex) + item_count(reader, object);
  const std::uint64_t blocks = (end + offset::kDequeBlockLength - 1) / offset::kDequeBlockLength;
  return type.basic_size + blocks * offset::kDequeBlockSize;
}

std::uint64_t array_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  constexpr std::uint64_t kAllocated = 32;
  constexpr std::uint64_t kDescriptor = 40;
  const std::uint64_t descriptor = reader.pointer(object + kDescriptor);
  return type.basic_size + reader.pointer(object + kAllocated) *
                               reader.read_or<std::uint32_t>(descriptor + 4, 0);  // itemsize
}

/// A buffer that nobody shares is counted with its owner.
std::uint64_t bytes_io_size(const ObjectReader& reader,
                            std::uint64_t object,
                            const TypeInfo& type) {
  constexpr std::uint64_t kBuffer = 16;
  const std::uint64_t buffer = reader.pointer(object + kBuffer);
  const bool own = buffer != 0 && reader.refcount(buffer) == 1;
  return type.basic_size + (own ? offset::kBytesText + 1 + item_count(reader, buffer) : 0);
}

/// struct.Struct: one code for each item of its format, and one at the end.
std::uint64_t struct_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  constexpr std::uint64_t kCodes = 32;
  constexpr std::uint64_t kCodeSize = 32;
  constexpr std::uint64_t kMostCodes = 1U << 20U;
  const std::uint64_t codes = reader.pointer(object + kCodes);
  std::uint64_t count = 0;
  while (count < kMostCodes && reader.pointer(codes + count * kCodeSize) != 0) {
    ++count;
  }
  return type.basic_size + (count + 1) * kCodeSize;
}

/// What ctypes keeps of a type beside the structure: its format, its shape and what libffi needs.
struct CtypesFields {
  std::uint64_t length;
  std::uint64_t elements;
  std::uint64_t format;
  std::uint64_t dimensions;
};

std::uint64_t ctypes_size(const ObjectReader& reader,
                          std::uint64_t structure,
                          const CtypesFields& fields) {
  constexpr std::size_t kLongestFormat = 1U << 16U;
  std::uint64_t size = 0;
  if (const std::uint64_t format = reader.pointer(structure + fields.format); format != 0) {
    size += reader.text(format, kLongestFormat).size() + 1;
  }
  size += std::uint64_t{reader.read_or<std::uint32_t>(structure + fields.dimensions, 0)} * 8;
  if (reader.pointer(structure + fields.elements) != 0) {
    size += (reader.pointer(structure + fields.length) + 1) * 8;
  }
  return size;
}

/// StgDict: a dict, and the fields behind it counted once more.
std::uint64_t ctypes_dict_size(const ObjectReader& reader,
                               std::uint64_t object,
                               const TypeInfo& type) {
  constexpr std::uint64_t kDictObjectSize = 48;
  constexpr CtypesFields kFields = {.length = 64, .elements = 88, .format = 168, .dimensions = 176};
  return dict_size(reader, object, type) + type.basic_size - kDictObjectSize +
         ctypes_size(reader, object, kFields);
}

/// A class with a StgInfo behind the fields of other classes.
std::uint64_t ctypes_type_size(const ObjectReader& reader,
                               std::uint64_t object,
                               const TypeInfo& type) {
  constexpr std::uint64_t kAlignment = 16;
  const std::uint64_t info =
      (reader.layout().type.heap_size + kAlignment - 1) / kAlignment * kAlignment;
  const std::uint64_t format = field_offset(type, "info_module") - info + 16;
  const CtypesFields fields = {
      .length = 24, .elements = 48, .format = format, .dimensions = format + 8};
  return type.basic_size + ctypes_size(reader, object + info, fields);
}

std::uint64_t element_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  const std::uint64_t extra = reader.pointer(object + offset::kElementExtra);
  if (extra == 0) {
    return type.basic_size;
  }
  const bool own_children = reader.pointer(extra + offset::kElementExtraChildren) !=
                            extra + offset::kElementExtraInlineChildren;
  return type.basic_size + offset::kElementExtraSize +
         (own_children ? reader.pointer(extra + offset::kElementExtraAllocated) * 8 : 0);
}

/// The memo, and the bytes object that collects the output.
std::uint64_t pickler_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  constexpr std::uint64_t kMemo = 16;
  constexpr std::uint64_t kMemoAllocated = 16;
  constexpr std::uint64_t kMemoSize = 32;
  constexpr std::uint64_t kMemoEntrySize = 16;
  std::uint64_t size = type.basic_size;
  if (const std::uint64_t memo = reader.pointer(object + kMemo); memo != 0) {
    size += kMemoSize + reader.pointer(memo + kMemoAllocated) * kMemoEntrySize;
  }
  if (const std::uint64_t output = reader.pointer(object + field_offset(type, "output"));
      output != 0) {
    size += offset::kBytesText + 1 + item_count(reader, output);
  }
  return size;
}

/// Digits that no longer fit into the object, in a table of their own.
std::uint64_t decimal_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  constexpr std::uint64_t kFlags = 24;
  constexpr std::uint64_t kAllocated = 56;
  constexpr std::uint8_t kDataIsElsewhere = 0xE0;  // MPD_DATAFLAGS without those of mpd_t itself.
  const auto flags = reader.read_or<std::uint8_t>(object + kFlags, kDataIsElsewhere);
  return type.basic_size +
         ((flags & kDataIsElsewhere) == 0 ? reader.pointer(object + kAllocated) * 8 : 0);
}

/// The memo, the marks and three texts.
std::uint64_t unpickler_size(const ObjectReader& reader,
                             std::uint64_t object,
                             const TypeInfo& type) {
  constexpr std::uint64_t kMemo = 24;
  constexpr std::uint64_t kMemoSize = 32;
  // Behind the owner of its buffer, and behind its buffers: both lie elsewhere in every version.
  const std::uint64_t input_line = field_offset(type, "buffer") + 80;
  const std::uint64_t encoding = field_offset(type, "buffers") + 8;
  const std::uint64_t errors = encoding + 8;
  const std::uint64_t marks = encoding + 16;
  const std::uint64_t marks_size = encoding + 32;
  constexpr std::size_t kLongestText = 1U << 20U;
  std::uint64_t size = type.basic_size;
  size += reader.pointer(object + kMemo) == 0 ? 0 : reader.pointer(object + kMemoSize) * 8;
  size += reader.pointer(object + marks) == 0 ? 0 : reader.pointer(object + marks_size) * 8;
  for (const std::uint64_t place : {input_line, encoding, errors}) {
    if (const std::uint64_t text = reader.pointer(object + place); text != 0) {
      size += reader.text(text, kLongestText).size() + 1;
    }
  }
  return size;
}

std::uint64_t numpy_dimension_count(const ObjectReader& reader, std::uint64_t array) {
  return std::min(reader.read_or<std::uint32_t>(array + offset::kNumpyDimensionCount, 0),
                  offset::kNumpyMostDimensions);
}

/// What `__sizeof__` returns of a type of the standard library or of numpy.
std::uint64_t library_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  switch (type.layout->size) {
    case SizeRule::kDeque:
      return deque_size(reader, object, type);
    case SizeRule::kArray:
      return array_size(reader, object, type);
    case SizeRule::kXmlElement:
      return element_size(reader, object, type);
    case SizeRule::kPickler:
      return pickler_size(reader, object, type);
    case SizeRule::kDecimal:
      return decimal_size(reader, object, type);
    case SizeRule::kUnpickler:
      return unpickler_size(reader, object, type);
    case SizeRule::kNumpyArray:
      return type.basic_size + numpy_dimension_count(reader, object) * 16 +
             numpy_data_size(reader, object);
    case SizeRule::kStruct:
      return struct_size(reader, object, type);
    case SizeRule::kCtypesDict:
      return ctypes_dict_size(reader, object, type);
    case SizeRule::kCtypesType:
      return ctypes_type_size(reader, object, type);
    case SizeRule::kBytesIo:
      return bytes_io_size(reader, object, type);
    case SizeRule::kBuffered: {
      constexpr std::uint64_t kBuffer = 56;
      constexpr std::uint64_t kBufferSize = 120;
      return type.basic_size +
             (reader.pointer(object + kBuffer) == 0 ? 0 : reader.pointer(object + kBufferSize));
    }
    case SizeRule::kPools:
      return type.basic_size + tuple_length(reader, object + 16) * 8;
    case SizeRule::kCombinations:
      return type.basic_size + reader.pointer(object + 40) * 8;  // r
    case SizeRule::kPermutations:
      return type.basic_size + tuple_length(reader, object + 16) * 8 +
             reader.pointer(object + 48) * 8;  // r
    default:
      return type.basic_size;
  }
}

/// What `__sizeof__` of the type returns.
std::uint64_t own_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  switch (type.layout->size) {
    case SizeRule::kBasic:
      return basic_size(reader, object, type);
    case SizeRule::kList:
      return type.basic_size + reader.pointer(object + offset::kListAllocated) * 8;
    case SizeRule::kDict:
      return dict_size(reader, object, type);
    case SizeRule::kOrderedDict:
      return ordered_dict_size(reader, object, type);
    case SizeRule::kSet:
      return set_size(reader, object, type);
    case SizeRule::kType:
      return type_size(reader, object);
    case SizeRule::kText:
      return text_size(reader, object);
    case SizeRule::kInt:
      return offset::kIntDigits + std::max<std::uint64_t>(read_int_object(reader, object).digits,
                                                          reader.layout().zero_has_digit ? 1 : 0) *
                                      4;
    case SizeRule::kByteArray:
      return type.basic_size + reader.pointer(object + offset::kByteArrayAllocated);
    case SizeRule::kCode:
      return code_size(reader, object, type);
    case SizeRule::kFrame: {
      const std::uint64_t frame = reader.pointer(object + offset::kFrameObjectFrame);
      return reader.layout().frame.object_data +
             frame_size(reader, reader.stack_reference(frame + reader.layout().frame.code).object);
    }
    case SizeRule::kWholeFrame:
      return whole_frame_size(reader, object, type);
    case SizeRule::kGenerator:
      return reader.layout().generator.frame +
             frame_size(reader,
                        reader.stack_reference(object + reader.layout().generator.code).object);
    default:
      return library_size(reader, object, type);
  }
}

}  // namespace

std::uint64_t numpy_data_size(const ObjectReader& reader, std::uint64_t array) {
  if ((reader.read_or<std::uint32_t>(array + offset::kNumpyFlags, 0) & offset::kNumpyOwnsData) ==
      0) {
    return 0;
  }
  const std::uint64_t descriptor = reader.pointer(array + offset::kNumpyDescriptor);
  const std::uint64_t dimensions = reader.pointer(array + offset::kNumpyDimensions);
  std::uint64_t size = reader.read_or<std::uint32_t>(descriptor + offset::kNumpyItemSize, 0);
  for (std::uint64_t axis = 0; axis < numpy_dimension_count(reader, array); ++axis) {
    const std::uint64_t length = reader.pointer(dimensions + axis * 8);
    if (size != 0 && length > kLargestObject / size) {
      return 0;
    }
    size *= length;
  }
  return size;
}

std::uint64_t bytes_before(const TypeInfo& type) {
  return (type.has_gc ? offset::kGcHeadSize : 0) +
         (type.has_managed_header ? offset::kManagedHeaderSize : 0);
}

std::uint64_t object_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  const bool static_type =
      type.is_type && (reader.pointer(object + offset::kTypeFlags) & offset::kFlagHeapType) == 0;
  const std::uint64_t before =
      static_type && !reader.layout().type.static_size_has_gc_head ? 0 : bytes_before(type);
  const std::uint64_t size = own_size(reader, object, type);
  return size < kLargestObject ? size + before : type.basic_size + before;
}

}  // namespace heapscan::dump::cpython
