#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapscan::formats {

/// Text from the observed program, made safe for a document: valid UTF-8 on one line, with
/// everything that is invisible, or that changes how its surroundings are displayed, as an escape
/// (\n, \x1b, \u202e), and at most `limit` characters long; the last is an ellipsis if the text was
/// cut. Does not escape the markup of the document's format.
[[nodiscard]] std::string display_text(std::string_view text, std::size_t limit);

}  // namespace heapscan::formats
