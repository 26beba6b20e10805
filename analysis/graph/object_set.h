#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dump/index.h"

namespace heapscan::analysis {

using dump::ObjectId;

/// A set of objects of one heap: one bit for each object of the heap.
class ObjectSet {
 public:
  ObjectSet() = default;

  explicit ObjectSet(std::uint32_t object_count) : words_((std::size_t{object_count} + 63) / 64) {}

  [[nodiscard]] bool contains(ObjectId id) const {
    return ((words_[id.value() / 64U] >> (id.value() % 64U)) & 1U) != 0;
  }

  /// Adds the object; true if it was not in the set before.
  bool insert(ObjectId id) {
    std::uint64_t& word = words_[id.value() / 64U];
    const std::uint64_t bit = std::uint64_t{1} << (id.value() % 64U);
    const bool added = (word & bit) == 0;
    word |= bit;
    return added;
  }

  [[nodiscard]] std::uint32_t count() const;

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace heapscan::analysis
