#pragma once

#include <cstdint>
#include <string_view>

#include "dump/column.h"

namespace heapscan::dump {

/// Strings stored back to back in `text`; row i is the bytes [begin[i], begin[i + 1]).
///
/// Invariant, checked when a Heap is created: `begin` is empty, or starts with 0, never decreases
/// and ends with text.size(). The bytes are those of the observed program: they need not be UTF-8,
/// and must not be written to a terminal unescaped.
struct StringTable {
  Column<std::uint64_t> begin;
  Column<char> text;

  [[nodiscard]] std::size_t size() const noexcept { return begin.empty() ? 0 : begin.size() - 1; }

  [[nodiscard]] std::string_view operator[](std::size_t row) const {
    const std::span<const char> bytes =
        text.span().subspan(begin[row], begin[row + 1] - begin[row]);
    return {bytes.data(), bytes.size()};
  }
};

}  // namespace heapscan::dump
