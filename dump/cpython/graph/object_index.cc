#include "dump/cpython/graph/object_index.h"

#include <bit>
#include <new>

#include "dump/error.h"
#include "dump/index.h"

namespace heapscan::dump::cpython {
namespace {

template <class T>
T* allocate_zeroed(std::size_t count) {
  void* const memory = std::calloc(count, sizeof(T));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return static_cast<T*>(memory);
}

}  // namespace

ObjectIndex::ObjectIndex(const MemoryImage& image) : image_(&image) {
  for (const MemoryImage::Range& range : image.ranges()) {
    Bits bits;
    bits.words = (range.end - range.begin + 511) / 512;
    bits.members.reset(allocate_zeroed<std::uint64_t>(bits.words));
    bits_.push_back(std::move(bits));
  }
}

std::optional<ObjectIndex::Place> ObjectIndex::place(Address address) const {
  if (!is_aligned(address, 8) || bits_.empty()) {
    return std::nullopt;
  }
  const MemoryImage::Range& last = image_->ranges()[last_range_];
  if (address < last.begin || address >= last.end) {
    const auto found = image_->find_range(address);
    if (!found) {
      return std::nullopt;
    }
    last_range_ = *found;
  }
  const std::uint64_t position = (address - image_->ranges()[last_range_].begin) / 8;
  return Place{last_range_, position / 64, std::uint64_t{1} << (position % 64)};
}

bool ObjectIndex::insert(Address address) {
  const auto at = place(address);
  if (!at) {
    return false;
  }
  std::uint64_t& word = bits_[at->range].members[at->word];
  const bool added = (word & at->bit) == 0;
  word |= at->bit;
  size_ += added ? 1 : 0;
  return added;
}

bool ObjectIndex::contains(Address address) const {
  const auto at = place(address);
  return at && (bits_[at->range].members[at->word] & at->bit) != 0;
}

void ObjectIndex::number() {
  if (size_ >= ObjectId::kMaxRows) {
    throw Error(ErrorKind::kTarget, "more objects than a dump can have");
  }
  std::uint32_t count = 0;
  for (Bits& bits : bits_) {
    bits.before.reset(allocate_zeroed<std::uint32_t>(bits.words));
    for (std::size_t word = 0; word < bits.words; ++word) {
      if (bits.members[word] != 0) {
        bits.before[word] = count;
        count += static_cast<std::uint32_t>(std::popcount(bits.members[word]));
      }
    }
  }
}

std::optional<std::uint32_t> ObjectIndex::row(Address address) const {
  const auto at = place(address);
  if (!at) {
    return std::nullopt;
  }
  const Bits& bits = bits_[at->range];
  const std::uint64_t word = bits.members[at->word];
  if ((word & at->bit) == 0) {
    return std::nullopt;
  }
  return bits.before[at->word] + static_cast<std::uint32_t>(std::popcount(word & (at->bit - 1)));
}

}  // namespace heapscan::dump::cpython
