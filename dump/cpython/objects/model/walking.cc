#include "dump/cpython/objects/model/walking.h"

namespace heapscan::dump::cpython {
namespace {

/// Smaller numbers in place of a pointer encode a choice (such as the error handler "strict").
constexpr Address kLeastPointer{4096};

/// More elements than any container of a 64-bit program can have: a damaged count.
constexpr std::uint64_t kMostElements = std::uint64_t{1} << 40U;

}  // namespace

void visit_pointer(const ObjectReader& reader,
                   Address place,
                   const Label& label,
                   ReferenceVisitor& visitor) {
  if (const Address target = reader.pointer(place); target >= kLeastPointer) {
    visitor.named(target, label);
  }
}

void visit_items(const ObjectReader& reader,
                 Address items,
                 std::uint64_t count,
                 ReferenceVisitor& visitor) {
  if (!items || count > kMostElements) {
    return;
  }
  for (std::uint64_t item = 0; item < count; ++item) {
    const auto target = reader.read<Address>(items + item * 8);
    if (!target) {
      return;  // The array ends outside what was copied.
    }
    if (*target) {
      visitor.placed(*target, ReferenceKind::kItem, item);
    }
  }
}

void scan(const ObjectReader& reader,
          Address begin,
          Address end,
          std::uint64_t position,
          ReferenceVisitor& visitor) {
  for (Address place = align_up(begin, 8); place + 8 <= end; place += 8) {
    const Address word = reader.pointer(place);
    if (word && is_aligned(word, 8)) {
      visitor.placed(word, ReferenceKind::kConservative, position + (place - begin));
    }
  }
}

}  // namespace heapscan::dump::cpython
