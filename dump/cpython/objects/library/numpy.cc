#include <algorithm>

#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/sizes.h"
#include "dump/cpython/objects/model/walking.h"

// numpy 1.22 to 1.26, whose structures do not depend on the version of CPython. For CPython 3.14
// there is only numpy 2, whose structures differ.
namespace heapscan::dump::cpython {
namespace {

// PyArrayObject_fields.
constexpr std::uint64_t kData = 16;
constexpr std::uint64_t kDimensionCount = 24;
constexpr std::uint64_t kDimensions = 32;
constexpr std::uint64_t kDescriptor = 56;
constexpr std::uint64_t kFlags = 64;
constexpr std::uint32_t kOwnsData = 4;
constexpr std::uint32_t kMostDimensions = 32;

// PyArray_Descr.
constexpr std::uint64_t kItemFlags = 27;
constexpr std::uint8_t kItemsCount = 1;  // Items hold counted references.
constexpr std::uint64_t kTypeNumber = 28;
constexpr std::uint32_t kObjectType = 17;
constexpr std::uint64_t kItemSize = 32;

std::uint64_t dimension_count(const ObjectReader& reader, Address array) {
  return std::min(reader.read_or<std::uint32_t>(array + kDimensionCount, 0), kMostDimensions);
}

/// Bytes of the items of an array that owns them; 0 for a view of other memory.
std::uint64_t data_size(const ObjectReader& reader, Address array) {
  if ((reader.read_or<std::uint32_t>(array + kFlags, 0) & kOwnsData) == 0) {
    return 0;
  }
  const Address descriptor = reader.pointer(array + kDescriptor);
  const Address dimensions = reader.pointer(array + kDimensions);
  std::uint64_t size = reader.read_or<std::uint32_t>(descriptor + kItemSize, 0);
  for (std::uint64_t axis = 0; axis < dimension_count(reader, array); ++axis) {
    const std::uint64_t length = reader.word(dimensions + axis * 8);
    if (size != 0 && length > kLargestObject / size) {
      return 0;
    }
    size *= length;
  }
  return size;
}

std::uint64_t array_size(const ObjectReader& reader, Address array, const TypeInfo& type) {
  return type.basic_size + dimension_count(reader, array) * 16 + data_size(reader, array);
}

/// An array of objects holds them; an array of records may have objects in each record, at places
/// defined only by its descriptor's fields.
void walk_array(const WalkContext& context,
                Address array,
                const TypeInfo& /*type*/,
                ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const Address descriptor = reader.pointer(array + kDescriptor);
  const auto flags = reader.read_or<std::uint8_t>(descriptor + kItemFlags, 0);
  const Address data = reader.pointer(array + kData);
  const std::uint64_t size = data_size(reader, array);
  if ((flags & kItemsCount) == 0 || reader.bytes(data, size) == nullptr) {
    return;
  }
  if (reader.read_or<std::uint32_t>(descriptor + kTypeNumber, 0) == kObjectType) {
    visit_items(reader, data, size / 8, visitor);
  } else {
    scan(reader, data, data + size, 0, visitor);
  }
}

constexpr TypeTraits kArray = {.walk = walk_array, .size = array_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"numpy.ndarray", since(8).until(13), 96, kArray,
     {{{48, "base"}, {56, "dtype"}, internal(88, "mem_handler")}}},
    {"numpy.dtype", since(8).until(13), 96, {},
     {{{16, "type"}, {48, "fields"}, {56, "names"}, {72, "metadata"}, behind(40, Field{0, "base"}),
       behind(40, Field{8, "shape"})}}},
    {"numpy.flatiter", since(8).until(13), 2632, {}, {{{1320, "base"}}}},
    {"numpy.ufunc", since(8).until(13), 232, {},
     {{internal(208, "identity"), internal(88, "function"), internal(96, "userloops"),
       internal(224, "loops")}}},
    {"numpy._ArrayMethod", since(8).until(13), 120},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> numpy_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
