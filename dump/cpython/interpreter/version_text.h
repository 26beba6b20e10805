#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace heapscan::dump::cpython {

/// The version ("3.10.13", "3.9.0rc1") that the string created by Py_GetVersion() starts with,
/// "3.10.13 (main, Aug 24 2023, 12:59:26) [GCC 12.2.0]"; empty if it is not in `memory`.
[[nodiscard]] std::string find_version_text(std::span<const std::byte> memory);

}  // namespace heapscan::dump::cpython
