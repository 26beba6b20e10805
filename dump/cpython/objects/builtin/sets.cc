#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/walking.h"

// set, frozenset and their iterator.
namespace heapscan::dump::cpython {
namespace {

// PySetObject.
constexpr std::uint64_t kSetMask = 32;
constexpr std::uint64_t kSetTable = 40;
constexpr std::uint64_t kSetSmallTable = 64;
constexpr std::uint64_t kSetEntrySize = 16;

/// More slots than any set of a 64-bit program can have: a damaged mask.
constexpr std::uint64_t kMostSlots = std::uint64_t{1} << 40U;

void walk_set(const WalkContext& context,
              Address set,
              const TypeInfo& /*type*/,
              ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const std::uint64_t mask = reader.word(set + kSetMask);
  const Address table = reader.pointer(set + kSetTable);
  if (!table || mask > kMostSlots) {
    return;
  }
  for (std::uint64_t entry = 0; entry <= mask; ++entry) {
    const auto key = reader.read<Address>(table + entry * kSetEntrySize);
    if (!key) {
      return;
    }
    // A deleted entry keeps a pointer to a marker and the hash -1, which no object has.
    const auto hash = reader.read_or<std::int64_t>(table + entry * kSetEntrySize + 8, -1);
    if (*key && hash != -1) {
      visitor.placed(*key, ReferenceKind::kItem, entry);
    }
  }
}

std::uint64_t set_size(const ObjectReader& reader, Address set, const TypeInfo& type) {
  const bool own_table = reader.pointer(set + kSetTable) != set + kSetSmallTable;
  const std::uint64_t slots = reader.word(set + kSetMask) + 1;
  return type.basic_size + (own_table ? slots * kSetEntrySize : 0);
}

constexpr TypeTraits kSet = {.walk = walk_set, .size = set_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"set", since(8), 200, kSet},
    {"frozenset", since(8), 200, kSet},
    {"set_iterator", since(8), 48, {}, {{internal(16, "set")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> set_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
