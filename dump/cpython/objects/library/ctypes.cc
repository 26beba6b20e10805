#include "dump/cpython/objects/builtin/dicts.h"
#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/library/families.h"

// ctypes: its types are classes that carry the description of a C type.
namespace heapscan::dump::cpython {
namespace {

/// Where a structure that describes a C type has pointers to memory outside it: its format, its
/// shape, and the data for libffi.
struct DescriptionOffsets {
  std::uint64_t length;
  std::uint64_t elements;
  std::uint64_t format;
  std::uint64_t dimensions;
};

std::uint64_t description_size(const ObjectReader& reader,
                               Address structure,
                               const DescriptionOffsets& offsets) {
  constexpr std::size_t kLongestFormat = 1U << 16U;
  std::uint64_t size = 0;
  if (const Address format = reader.pointer(structure + offsets.format); format) {
    size += reader.text(format, kLongestFormat).size() + 1;
  }
  size += std::uint64_t{reader.read_or<std::uint32_t>(structure + offsets.dimensions, 0)} * 8;
  if (reader.pointer(structure + offsets.elements)) {
    size += (reader.word(structure + offsets.length) + 1) * 8;
  }
  return size;
}

/// StgDict: a dict, with the fields after it counted twice.
std::uint64_t ctypes_dict_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kDictObjectSize = 48;
  constexpr DescriptionOffsets kOffsets = {
      .length = 64, .elements = 88, .format = 168, .dimensions = 176};
  return dict_size(reader, object, type) + type.basic_size - kDictObjectSize +
         description_size(reader, object, kOffsets);
}

/// A class with a StgInfo after the fields of other classes.
std::uint64_t ctypes_type_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kAlignment = 16;
  const std::uint64_t info =
      (reader.layout().type.heap_size + kAlignment - 1) / kAlignment * kAlignment;
  const std::uint64_t format = type.layout->offset_of("info_module") - info + 16;
  const DescriptionOffsets offsets = {
      .length = 24, .elements = 48, .format = format, .dimensions = format + 8};
  return type.basic_size + description_size(reader, object + info, offsets);
}

constexpr TypeTraits kCtypesDict = {.walk = walk_dict, .size = ctypes_dict_size};
constexpr TypeTraits kCtypesType = {.walk = walk_type, .size = ctypes_type_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"StgDict", since(8).until(12), 192, kCtypesDict,
     {{internal(96, "proto"), internal(128, "argtypes"), internal(136, "converters"),
       internal(144, "restype"), internal(152, "checker")}}},
    {"CArgObject", since(8).until(11), 64, {}, {{{48, "_obj"}}}},
    {"_ctypes.CArgObject", since(12).until(13), 64, {}, {{{48, "_obj"}}}},
    {"_ctypes.CArgObject", since(14), 80, {}, {{{64, "_obj"}}}},
    {"_ctypes.CField", since(8).until(13), 72, {}, {{internal(40, "proto")}}},
    {"ctypes.CField", since(14), 80, {}, {{internal(40, "proto"), {72, "name"}}}},
    {"_ctypes.CFuncPtr", since(10), 160, {},
     {{{32, "_b_base_"}, {64, "_objects"}, internal(96, "thunk"), internal(104, "callable"),
       internal(112, "converters"), {120, "argtypes"}, {128, "restype"}, internal(136, "checker"),
       {144, "errcheck"}, internal(152, "paramflags")}}},
    {"_ctypes.PyCFuncPtr", since(8).until(9), 160, {},
     {{{32, "_b_base_"}, {64, "_objects"}, internal(96, "thunk"), internal(104, "callable"),
       internal(112, "converters"), {120, "argtypes"}, {128, "restype"}, internal(136, "checker"),
       {144, "errcheck"}, internal(152, "paramflags")}}},
    {"_ctypes.CThunkObject", since(8), 128, {},
     {{internal(80, "converters"), internal(88, "callable"), internal(96, "restype")}}},
    {"_ctypes.CType_Type", only_in(13), 1088, kCtypesType,
     {{internal(984, "proto"), internal(1016, "argtypes"), internal(1024, "converters"),
       internal(1032, "restype"), internal(1040, "checker"), internal(1048, "info_module")}}},
    {"_ctypes.CType_Type", since(14), 1120, kCtypesType,
     {{internal(1000, "proto"), internal(1032, "argtypes"), internal(1040, "converters"),
       internal(1048, "restype"), internal(1056, "checker"), internal(1064, "pointer_type"),
       internal(1072, "info_module")}}},
    {"_ctypes.DictRemover", since(8), 32, {}, {{internal(16, "key"), internal(24, "dict")}}},
    {"_ctypes.StructParam_Type", since(10), 32, {}, {{internal(24, "keep")}}},
    {"_ctypes._CData", since(8), 96, {}, {{{32, "_b_base_"}, {64, "_objects"}}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> ctypes_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
