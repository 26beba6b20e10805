#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "dump/cpython/target/address.h"
#include "dump/cpython/target/memory_image.h"

namespace heapscan::dump::cpython {

/// A set of object addresses that numbers its members by address.
///
/// One bit per 8 bytes of the image (objects are aligned to 8), and per word of bits the number of
/// members before it: membership and row take one look-up each, without hashing or sorting, at 2.4
/// % of the image's size.
class ObjectIndex {
 public:
  /// `image` must outlive the index.
  explicit ObjectIndex(const MemoryImage& image);

  /// Adds the address; returns true if it was not a member before. An address that is unaligned or
  /// outside the image is not added.
  bool insert(Address address);

  [[nodiscard]] bool contains(Address address) const;

  /// Numbers the members. No member can be added afterwards.
  void number();

  /// The member's row: how many members have a smaller address. Requires: number() was called.
  [[nodiscard]] std::optional<std::uint32_t> row(Address address) const;

  /// Calls `visit(address)` for each member, ascending.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t range = 0; range < bits_.size(); ++range) {
      const Address begin = image_->ranges()[range].begin;
      for (std::size_t word = 0; word < bits_[range].words; ++word) {
        std::uint64_t left = bits_[range].members[word];
        while (left != 0) {
          visit(begin + (word * 64 + static_cast<std::size_t>(__builtin_ctzll(left))) * 8);
          left &= left - 1;
        }
      }
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  /// The bits of one range of the image. Allocated zeroed and untouched: memory is used only where
  /// there are objects.
  struct Bits {
    std::size_t words = 0;
    std::unique_ptr<std::uint64_t[], Free> members;
    std::unique_ptr<std::uint32_t[], Free> before;
  };

  struct Place {
    std::size_t range = 0;
    std::size_t word = 0;
    std::uint64_t bit = 0;
  };

  [[nodiscard]] std::optional<Place> place(Address address) const;

  const MemoryImage* image_;
  std::vector<Bits> bits_;
  std::size_t size_ = 0;
  mutable std::size_t last_range_ = 0;
};

}  // namespace heapscan::dump::cpython
