#pragma once

#include <string>

namespace heapscan::cli {

/// The contents of a file that people write: rules, suppressions.
/// Throws Error(kBadInput) for one that cannot be read or is not a text file.
[[nodiscard]] std::string text_of_file(const std::string& path);

}  // namespace heapscan::cli
