#include "dump/cpython/object_size.h"

#include <algorithm>

#include "dump/cpython/dict_reader.h"
#include "dump/cpython/object_layout.h"
#include "dump/cpython/text_reader.h"

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
  constexpr std::uint64_t kAsciiSize = 48;
  constexpr std::uint64_t kCompactSize = 72;
  constexpr std::uint64_t kFullSize = 80;
  constexpr std::uint64_t kWide = 40;
  constexpr std::uint64_t kUtf8Length = 48;
  constexpr std::uint64_t kUtf8 = 56;
  constexpr std::uint64_t kWideLength = 64;
  const auto text = read_text_object(reader, object);
  if (!text) {
    return kFullSize;
  }
  const std::uint64_t characters = (text->length + 1) * text->character_size;
  std::uint64_t size = text->compact ? (text->ascii ? kAsciiSize : kCompactSize) + characters
                                     : kFullSize + (text->data == 0 ? 0 : characters);
  const bool ascii = text->compact && text->ascii;
  const std::uint64_t utf8 = ascii ? 0 : reader.pointer(object + kUtf8);
  if (utf8 != 0 && utf8 != text->data) {
    size += reader.pointer(object + kUtf8Length) + 1;
  }
  const std::uint64_t wide = reader.pointer(object + kWide);
  if (wide != 0 && wide != text->data) {
    const std::uint64_t length = ascii ? text->length : reader.pointer(object + kWideLength);
    size += (length + 1) * sizeof(wchar_t);
  }
  return size;
}

std::uint64_t code_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  std::uint64_t size = (basic_size(reader, object, type) + 7) / 8 * 8;
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
  const bool own = buffer != 0 && reader.pointer(buffer + offset::kRefcount) == 1;
  return type.basic_size + (own ? offset::kBytesText + 1 + item_count(reader, buffer) : 0);
}

std::uint64_t tuple_length(const ObjectReader& reader, std::uint64_t place) {
  const std::uint64_t tuple = reader.pointer(place);
  return tuple == 0 ? 0 : item_count(reader, tuple);
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

/// What ctypes keeps of a type: a dict, the fields behind it once more, its format and its shape.
std::uint64_t ctypes_dict_size(const ObjectReader& reader,
                               std::uint64_t object,
                               const TypeInfo& type) {
  constexpr std::uint64_t kElements = 88;
  constexpr std::uint64_t kLength = 64;
  constexpr std::uint64_t kFormat = 168;
  constexpr std::uint64_t kDimensions = 176;
  constexpr std::uint64_t kDictObjectSize = 48;
  constexpr std::size_t kLongestFormat = 1U << 16U;
  std::uint64_t size = dict_size(reader, object, type) + type.basic_size - kDictObjectSize;
  if (const std::uint64_t format = reader.pointer(object + kFormat); format != 0) {
    size += reader.text(format, kLongestFormat).size() + 1;
  }
  size += std::uint64_t{reader.read_or<std::uint32_t>(object + kDimensions, 0)} * 8;
  if (reader.pointer(object + kElements) != 0) {
    size += (reader.pointer(object + kLength) + 1) * 8;
  }
  return size;
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
  constexpr std::uint64_t kOutput = 64;
  std::uint64_t size = type.basic_size;
  if (const std::uint64_t memo = reader.pointer(object + kMemo); memo != 0) {
    size += kMemoSize + reader.pointer(memo + kMemoAllocated) * kMemoEntrySize;
  }
  if (const std::uint64_t output = reader.pointer(object + kOutput); output != 0) {
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
  constexpr std::uint64_t kMarks = 240;
  constexpr std::uint64_t kMarksSize = 256;
  constexpr std::uint64_t kInputLine = 152;
  constexpr std::uint64_t kEncoding = 224;
  constexpr std::uint64_t kErrors = 232;
  constexpr std::size_t kLongestText = 1U << 20U;
  std::uint64_t size = type.basic_size;
  size += reader.pointer(object + kMemo) == 0 ? 0 : reader.pointer(object + kMemoSize) * 8;
  size += reader.pointer(object + kMarks) == 0 ? 0 : reader.pointer(object + kMarksSize) * 8;
  for (const std::uint64_t place : {kInputLine, kEncoding, kErrors}) {
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
      // Zero has no digits and room for one.
      return offset::kIntDigits + std::max<std::uint64_t>(item_count(reader, object), 1) * 4;
    case SizeRule::kByteArray:
      return type.basic_size + reader.pointer(object + offset::kByteArrayAllocated);
    case SizeRule::kCode:
      return code_size(reader, object, type);
    case SizeRule::kFrame: {
      const std::uint64_t frame = reader.pointer(object + offset::kFrameObjectFrame);
      return offset::kFrameObjectData +
             frame_size(reader, reader.pointer(frame + reader.layout().frame.code));
    }
    case SizeRule::kGenerator:
      return reader.layout().generator.frame +
             frame_size(reader, reader.pointer(object + reader.layout().generator.code));
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
  }
  return type.basic_size;
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
         (type.managed_dict ? offset::kManagedHeaderSize : 0);
}

std::uint64_t object_size(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  const std::uint64_t before = bytes_before(type);
  const std::uint64_t size = own_size(reader, object, type);
  return size < kLargestObject ? size + before : type.basic_size + before;
}

}  // namespace heapscan::dump::cpython
