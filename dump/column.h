#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace heapscan::dump {

/// A read-only array of plain values together with the owner of its storage: a vector, or a file
/// mapping. Copies share the storage and cost little more than a span.
template <class T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  Column() = default;

  /// Takes ownership of `rows`.
  explicit Column(std::vector<T> rows) {
    auto owner = std::make_shared<const std::vector<T>>(std::move(rows));
    view_ = *owner;
    owner_ = std::move(owner);
  }

  /// A view of storage that `owner` keeps alive.
  Column(std::span<const T> view, std::shared_ptr<const void> owner)
      : view_(view), owner_(std::move(owner)) {}

  [[nodiscard]] const T& operator[](std::size_t row) const { return view_[row]; }

  [[nodiscard]] std::size_t size() const noexcept { return view_.size(); }

  [[nodiscard]] bool empty() const noexcept { return view_.empty(); }

  [[nodiscard]] std::span<const T> span() const noexcept { return view_; }

  [[nodiscard]] auto begin() const noexcept { return view_.begin(); }

  [[nodiscard]] auto end() const noexcept { return view_.end(); }

 private:
  std::span<const T> view_;
  std::shared_ptr<const void> owner_;
};

}  // namespace heapscan::dump
