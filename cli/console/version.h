#pragma once

#include <string>
#include <string_view>

namespace heapscan::cli {

/// "0.1.0".
[[nodiscard]] std::string_view version();

/// What --version prints: the version, how it was built and with which libraries.
[[nodiscard]] std::string version_text();

}  // namespace heapscan::cli
