#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"

// decimal.
namespace heapscan::dump::cpython {
namespace {

/// Digits that do not fit in the object are in a separate table.
std::uint64_t decimal_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  constexpr std::uint64_t kFlags = 24;
  constexpr std::uint64_t kAllocated = 56;
  constexpr std::uint8_t kDataIsElsewhere = 0xE0;  // MPD_DATAFLAGS without those of mpd_t itself.
  const auto flags = reader.read_or<std::uint8_t>(object + kFlags, kDataIsElsewhere);
  return type.basic_size +
         ((flags & kDataIsElsewhere) == 0 ? reader.word(object + kAllocated) * 8 : 0);
}

constexpr TypeTraits kDecimal = {.size = decimal_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"decimal.Decimal", since(8), 104, kDecimal},
    {"decimal.Context", since(8).until(13), 96, {}, {{{64, "traps"}, {72, "flags"}}}},
    {"decimal.Context", since(14), 104, {}, {{{64, "traps"}, {72, "flags"}}}},
    {"decimal.ContextManager", since(8), 32, {}, {{internal(16, "local"), internal(24, "global")}}},
    {"decimal.SignalDictMixin", since(8), 24},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> decimal_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
