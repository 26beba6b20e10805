#pragma once

#include <cstdint>

namespace heapscan::dump::runtime {

/// A place in the source of the program that uses the runtime. As the default argument of a
/// function it is the place of the call. (std::source_location, which clang 14 cannot take from
/// libstdc++.)
struct SourcePlace {
  const char* function = "";  ///< Texts of the program's image: valid for as long as it runs.
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
