#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>

namespace heapscan::dump {

/// A row number in one table, in 32 bits. Each table has its own tag, so that a row of one table
/// cannot be mistaken for a row of another. The largest value means "none".
template <class Tag>
class Index {
 public:
  using value_type = std::uint32_t;

  /// The most rows that a table can have: one for each value but "none".
  static constexpr std::uint32_t kMaxRows = std::numeric_limits<std::uint32_t>::max();

  constexpr Index() noexcept = default;

  constexpr explicit Index(std::uint32_t value) noexcept : value_(value) {}

  static constexpr Index none() noexcept { return Index(); }

  [[nodiscard]] constexpr std::uint32_t value() const noexcept { return value_; }

  [[nodiscard]] constexpr bool has_value() const noexcept { return value_ != kMaxRows; }

  friend constexpr auto operator<=>(Index, Index) noexcept = default;

 private:
  std::uint32_t value_ = kMaxRows;
};

using ObjectId = Index<struct ObjectTag>;
using TypeId = Index<struct TypeTag>;
using StringId = Index<struct StringTag>;
using SiteId = Index<struct SiteTag>;

/// The rows 0 .. count - 1 of a table, as a random access range.
template <class Id>
class IndexRange {
 public:
  class Iterator {
   public:
    using value_type = Id;
    using reference = Id;
    using pointer = const Id*;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::random_access_iterator_tag;

    Iterator() = default;

    explicit Iterator(std::uint32_t row) : row_(row) {}

    Id operator*() const { return Id(row_); }

    Id operator[](difference_type n) const { return *(*this + n); }

    Iterator& operator++() {
      ++row_;
      return *this;
    }

    Iterator operator++(int) {
      const Iterator before = *this;
      ++row_;
      return before;
    }

    Iterator& operator--() {
      --row_;
      return *this;
    }

    Iterator operator--(int) {
      const Iterator before = *this;
      --row_;
      return before;
    }

    Iterator& operator+=(difference_type n) {
      row_ = static_cast<std::uint32_t>(static_cast<difference_type>(row_) + n);
      return *this;
    }

    Iterator& operator-=(difference_type n) { return *this += -n; }

    friend Iterator operator+(Iterator it, difference_type n) { return it += n; }

    friend Iterator operator+(difference_type n, Iterator it) { return it += n; }

    friend Iterator operator-(Iterator it, difference_type n) { return it -= n; }

    friend difference_type operator-(Iterator a, Iterator b) {
      return static_cast<difference_type>(a.row_) - static_cast<difference_type>(b.row_);
    }

    friend auto operator<=>(Iterator, Iterator) = default;

   private:
    std::uint32_t row_ = 0;
  };

  explicit IndexRange(std::uint32_t count) : count_(count) {}

  [[nodiscard]] Iterator begin() const { return Iterator(0); }

  [[nodiscard]] Iterator end() const { return Iterator(count_); }

  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  std::uint32_t count_;
};

}  // namespace heapscan::dump

template <class Tag>
struct std::hash<heapscan::dump::Index<Tag>> {
  std::size_t operator()(heapscan::dump::Index<Tag> index) const noexcept { return index.value(); }
};
