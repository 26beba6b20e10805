#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
};

/// A pointer in the fixed part of an object that holds one counted reference.
struct Field {
  std::uint16_t offset = 0;  ///< 0 ends the list.
  std::string_view name;
  ReferenceKind kind = ReferenceKind::kAttribute;
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
};

/// The layout of the type of this name and basic size in CPython 3.`minor`, or null when heapscan
/// does not know it: the size tells forms of a type apart within a version.
[[nodiscard]] const TypeLayout* find_type_layout(std::string_view name,
                                                 std::uint64_t basic_size,
                                                 unsigned minor);

}  // namespace heapscan::dump::cpython
