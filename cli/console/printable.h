#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapscan::cli {

/// Text out of a dump, made harmless for a terminal: control characters (line ends and tabs too),
/// bytes that are not UTF-8, and characters that reorder or hide text (bidirectional overrides,
/// zero-width marks) become escapes such as \n, \x1b or \u202e. Everything else stays.
[[nodiscard]] std::string printable(std::string_view text);

/// The columns that printable text takes on a terminal: two for wide characters, none for
/// combining ones.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` in at most `width` columns: longer text loses its middle to "...". Never cuts a character
/// in two. A width of 0 means no limit.
[[nodiscard]] std::string elide_middle(std::string_view text, std::size_t width);

}  // namespace heapscan::cli
