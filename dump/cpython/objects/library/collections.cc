#include "dump/cpython/objects/library/families.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/sizes.h"
#include "dump/cpython/objects/model/walking.h"

// collections.deque and the other types of the module in C; OrderedDict is in Objects/.
namespace heapscan::dump::cpython {
namespace {

// dequeobject and its blocks.
constexpr std::uint64_t kDequeLeftBlock = 24;
constexpr std::uint64_t kDequeLeftIndex = 40;
constexpr std::uint64_t kDequeBlockItems = 8;
constexpr std::uint64_t kDequeBlockLength = 64;
constexpr std::uint64_t kDequeBlockRight = 520;
constexpr std::uint64_t kDequeBlockSize = 528;

void walk_deque(const WalkContext& context,
                Address deque,
                const TypeInfo& /*type*/,
                ReferenceVisitor& visitor) {
  const ObjectReader& reader = context.reader;
  const std::uint64_t count = reader.word(deque + offset::kSize);
  Address block = reader.pointer(deque + kDequeLeftBlock);
  std::uint64_t place = reader.word(deque + kDequeLeftIndex);
  for (std::uint64_t item = 0; item < count && block; ++item, ++place) {
    if (place == kDequeBlockLength) {
      block = reader.pointer(block + kDequeBlockRight);
      place = 0;
    }
    const auto target = reader.read<Address>(block + kDequeBlockItems + place * 8);
    if (!target) {
      return;
    }
    if (*target) {
      visitor.placed(*target, ReferenceKind::kItem, item);
    }
  }
}

std::uint64_t deque_size(const ObjectReader& reader, Address deque, const TypeInfo& type) {
  const std::uint64_t end = reader.word(deque + kDequeLeftIndex) + item_count(reader, deque);
  const std::uint64_t blocks = (end + kDequeBlockLength - 1) / kDequeBlockLength;
  return type.basic_size + blocks * kDequeBlockSize;
}

constexpr TypeTraits kDeque = {.walk = walk_deque, .size = deque_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"collections.deque", since(8).until(10), 80, kDeque},
    {"collections.deque", since(11), 216, kDeque},
    {"_collections._deque_iterator", since(8).until(11), 56, {}, {{internal(32, "deque")}}},
    {"collections._deque_iterator", since(12), 56, {}, {{internal(32, "deque")}}},
    {"_collections._deque_reverse_iterator", since(8).until(11), 56, {}, {{internal(32, "deque")}}},
    {"collections._deque_reverse_iterator", since(12), 56, {}, {{internal(32, "deque")}}},
    {"_collections._tuplegetter", since(8).until(11), 32, {}, {{{24, "__doc__"}}}},
    {"collections._tuplegetter", since(12), 32, {}, {{{24, "__doc__"}}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> collection_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
