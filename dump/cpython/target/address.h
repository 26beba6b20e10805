#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heapscan::dump::cpython {

/// An address in the memory of the captured program: not a pointer of this process, and only
/// offsets can be added to it. Null converts to false. Cost: that of an integer.
class Address {
 public:
  constexpr Address() = default;

  constexpr explicit Address(std::uint64_t value) : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }

  [[nodiscard]] constexpr explicit operator bool() const { return value_ != 0; }

  constexpr Address& operator+=(std::uint64_t offset) {
    value_ += offset;
    return *this;
  }

  [[nodiscard]] friend constexpr Address operator+(Address address, std::uint64_t offset) {
    return Address(address.value_ + offset);
  }

  [[nodiscard]] friend constexpr Address operator-(Address address, std::uint64_t offset) {
    return Address(address.value_ - offset);
  }

  /// The number of bytes from `begin` to `end`.
  [[nodiscard]] friend constexpr std::uint64_t operator-(Address end, Address begin) {
    return end.value_ - begin.value_;
  }

  friend constexpr auto operator<=>(Address, Address) = default;

 private:
  std::uint64_t value_ = 0;
};

/// The addresses [begin, end).
struct AddressRange {
  Address begin;
  Address end;

  [[nodiscard]] constexpr std::uint64_t size() const { return end - begin; }
};

[[nodiscard]] constexpr bool is_aligned(Address address, std::uint64_t unit) {
  return address.value() % unit == 0;
}

/// The first multiple of `unit` that is not below the address.
[[nodiscard]] constexpr Address align_up(Address address, std::uint64_t unit) {
  return Address((address.value() + unit - 1) / unit * unit);
}

/// The last multiple of `unit` that is not above the address.
[[nodiscard]] constexpr Address align_down(Address address, std::uint64_t unit) {
  return Address(address.value() / unit * unit);
}

}  // namespace heapscan::dump::cpython

template <>
struct std::hash<heapscan::dump::cpython::Address> {
  [[nodiscard]] std::size_t operator()(heapscan::dump::cpython::Address address) const noexcept {
    return std::hash<std::uint64_t>()(address.value());
  }
};
