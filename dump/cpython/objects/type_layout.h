#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dump/object.h"

namespace heapscan::dump::cpython {

/// How the references of a built-in type are found, beyond its fields.
enum class Shape : std::uint8_t {
  kFields,  ///< Nothing beyond its fields.
  kList,
  kTuple,
  kDict,
  kOrderedDict,
  kSet,
  kType,
  kCode,
  kModule,
  kBuiltinFunction,
  kWeakReference,
  kFrame,
  kWholeFrame,  ///< A frame that is all in its object, as the form of the layout's frames says.
  kGenerator,
  kDeque,
  kLruCache,
  kHamtArray,
  kHamtItems,
  kTeeData,
  kDateTime,
  kXmlElement,
  kProfiler,
  kNumpyArray,
};

/// How sys.getsizeof counts it.
enum class SizeRule : std::uint8_t {
  kBasic,  ///< Basic size and items, as object.__sizeof__ does.
  kList,
  kDict,
  kOrderedDict,
  kSet,
  kType,
  kText,
  kInt,
  kByteArray,
  kCode,
  kFrame,
  kWholeFrame,
  kGenerator,
  kDeque,
  kArray,
  kStruct,
  kCtypesDict,
  kCtypesType,
  kXmlElement,
  kPickler,
  kBytesIo,
  kBuffered,
  kPools,  ///< itertools.product.
  kCombinations,
  kPermutations,
  kDecimal,
  kUnpickler,
  kNumpyArray,
};

/// A pointer in the fixed part of an object that holds one counted reference.
struct Field {
  std::uint16_t offset = 0;
  std::string_view name;  ///< Empty ends the list.
  ReferenceKind kind = ReferenceKind::kAttribute;
  /// Where the object has a pointer to a structure of its own in which `offset` counts; 0: in the
  /// object itself.
  std::uint16_t via = 0;
};

/// An array of counted references that belongs to an object and that the object points to.
struct ItemArray {
  std::uint16_t via = 0;          ///< As in Field, for `pointer` and `count`.
  std::uint16_t pointer = 0;      ///< Of the pointer to the array; 0: there is no array.
  std::uint16_t count = 0;        ///< Of the number of rows...
  std::uint16_t fixed_count = 0;  ///< ...or that number, where it is always the same.
  std::uint16_t stride = 8;       ///< Bytes from row to row.
  std::uint16_t words = 1;        ///< References at the beginning of each row.
};

/// A type written in C whose memory is fully known: the first `basic_size` bytes of its instances.
struct TypeLayout {
  std::uint8_t first_minor = 0;  ///< The versions of CPython 3 that have it so, both included.
  std::uint8_t last_minor = 0;
  std::string_view name;  ///< As in tp_name.
  std::uint32_t basic_size = 0;
  Shape shape = Shape::kFields;
  SizeRule size = SizeRule::kBasic;
  std::array<Field, 20> fields;
  ItemArray items = {};
};

/// The layout of the type of this name and basic size in CPython 3.`minor`, or null when heapscan
/// does not know it: the size tells forms of a type apart within a version.
[[nodiscard]] const TypeLayout* find_type_layout(std::string_view name,
                                                 std::uint64_t basic_size,
                                                 unsigned minor);

/// A part of the table that find_type_layout() looks in: types of the standard library's rarer
/// modules.
[[nodiscard]] std::span<const TypeLayout> library_type_layouts();

}  // namespace heapscan::dump::cpython
