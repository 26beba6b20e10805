#pragma once

#include <string>

namespace heapscan::cli {

/// A word that a shell takes as it is meant: in quotes where it needs them.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace heapscan::cli
