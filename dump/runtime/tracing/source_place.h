#pragma once

#include <cstdint>

namespace heapscan::dump::runtime {

/// A place in the source of the program that uses the runtime. As a default argument it is the
/// place of the call. (Replaces std::source_location, which clang 14 cannot use from libstdc++.)
struct SourcePlace {
  const char* function = "";  ///< A string literal of the program: valid as long as it runs.
  const char* file = "";
  std::uint32_t line = 0;

  [[nodiscard]] static constexpr SourcePlace current(
      const char* function = __builtin_FUNCTION(),
      const char* file = __builtin_FILE(),
      std::uint32_t line = __builtin_LINE()) noexcept {
    return {function, file, line};
  }
};

}  // namespace heapscan::dump::runtime
