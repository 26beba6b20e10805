#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// The memory of a program at one moment, by the program's own addresses.
///
/// Every access is checked against what was copied: an address that was not copied is missing,
/// never a fault. Adjacent ranges of the program are one range here, so an object may extend from
/// one mapping into the next. Thread rule: immutable once built; read it through one ImageReader
/// per thread.
class MemoryImage {
 public:
  struct Range {
    Address begin;
    Address end;
    const std::byte* data = nullptr;
  };

  MemoryImage() = default;

  /// `ranges` in any order, not overlapping; `owner` keeps their data alive.
  MemoryImage(std::vector<Range> ranges, std::shared_ptr<const void> owner);

  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }

  /// The row in ranges() of the range that contains `address`, or nothing. Cost: a binary search.
  [[nodiscard]] std::optional<std::size_t> find_range(Address address) const;

 private:
  std::vector<Range> ranges_;  // Ascending.
  std::shared_ptr<const void> owner_;
};

/// Reads values from an image; remembers the range of the last access, as the next is usually near.
class ImageReader {
 public:
  explicit ImageReader(const MemoryImage& image) : image_(&image) {}

  /// The `size` bytes at `address`, or null if some of them are missing.
  [[nodiscard]] const std::byte* bytes(Address address, std::uint64_t size) const {
    if (address < last_.begin || address >= last_.end) {
      const std::optional<std::size_t> row = image_->find_range(address);
      if (!row) {
        return nullptr;
      }
      last_ = image_->ranges()[*row];
    }
    return size <= last_.end - address ? last_.data + (address - last_.begin) : nullptr;
  }

  /// The value of a plain type at `address`, or nothing if it is missing.
  template <class T>
  [[nodiscard]] std::optional<T> read(Address address) const {
    const std::byte* const from = bytes(address, sizeof(T));
    if (from == nullptr) {
      return std::nullopt;
    }
    T value;
    std::memcpy(&value, from, sizeof(T));
    return value;
  }

  /// The value at `address`, or `otherwise` if it is missing.
  template <class T>
  [[nodiscard]] T read_or(Address address, T otherwise) const {
    return read<T>(address).value_or(otherwise);
  }

  /// The pointer at `address`; null if it is missing.
  [[nodiscard]] Address pointer(Address address) const { return read_or<Address>(address, {}); }

  /// The 64-bit number at `address`; 0 if it is missing.
  [[nodiscard]] std::uint64_t word(Address address) const {
    return read_or<std::uint64_t>(address, 0);
  }

  /// The C string at `address` up to its zero byte, at most `limit` bytes; empty if it is missing.
  [[nodiscard]] std::string text(Address address, std::size_t limit) const;

  [[nodiscard]] const MemoryImage& image() const { return *image_; }

 private:
  const MemoryImage* image_;
  mutable MemoryImage::Range last_;
};

}  // namespace heapscan::dump::cpython
