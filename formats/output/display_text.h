#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace heapscan::formats {

/// Text of the observed program, made fit for a document: valid UTF-8 on one line, with everything
/// that does not show, or that changes how its surroundings show, written as an escape (\n, \x1b,
/// \u202e), and at most `limit` characters long, the last of which is an ellipsis if it was cut.
/// Markup of the document's own format is not the business of this function.
[[nodiscard]] std::string display_text(std::string_view text, std::size_t limit);

}  // namespace heapscan::formats
