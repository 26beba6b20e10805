#pragma once

#include <string_view>

namespace heapscan::analysis {

/// True when the whole text matches the pattern, in which `*` stands for any text and `?` for any
/// one byte. Every other byte stands for itself. Cost: at most the product of the two lengths.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace heapscan::analysis
