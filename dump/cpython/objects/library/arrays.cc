#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"

// Binary data: array, struct and mmap.
namespace heapscan::dump::cpython {
namespace {

std::uint64_t array_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kAllocated = 32;
  constexpr std::uint64_t kDescriptor = 40;
  constexpr std::uint64_t kItemSize = 4;
  const Address descriptor = reader.pointer(object + kDescriptor);
  return type.basic_size + reader.word(object + kAllocated) *
                               reader.read_or<std::uint32_t>(descriptor + kItemSize, 0);
}

/// struct.Struct: one code for each item of its format, and one at the end.
std::uint64_t struct_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kCodes = 32;
  constexpr std::uint64_t kCodeSize = 32;
  constexpr std::uint64_t kMostCodes = 1U << 20U;
  const Address codes = reader.pointer(object + kCodes);
  std::uint64_t count = 0;
  while (count < kMostCodes && reader.pointer(codes + count * kCodeSize)) {
    ++count;
  }
  return type.basic_size + (count + 1) * kCodeSize;
}

constexpr TypeTraits kArray = {.size = array_size};
constexpr TypeTraits kStruct = {.size = struct_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"array.array", since(8), 64, kArray},
    {"arrayiterator", since(8).until(9), 40, {}, {{internal(24, "array")}}},
    {"array.arrayiterator", since(10), 40, {}, {{internal(24, "array")}}},
    {"Struct", only_in(8), 56, kStruct, {{{40, "format"}}}},
    {"_struct.Struct", since(9), 56, kStruct, {{{40, "format"}}}},
    {"unpack_iterator", only_in(8), 112, {},
     {{internal(16, "struct"), internal(32, "buffer")}}},
    {"_struct.unpack_iterator", since(9), 112, {},
     {{internal(16, "struct"), internal(32, "buffer")}}},
    {"mmap.mmap", only_in(8), 72},
    {"mmap.mmap", since(9), 80},
    {"mmap.mmap", since(14), 88},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> array_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
