#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heapscan::dump {

/// One character of a string that should be UTF-8 but, coming from the observed program, may not
/// be.
struct Utf8Character {
  std::string_view bytes;  ///< One byte if invalid.
  std::uint32_t code = 0;  ///< The code point, or the byte if invalid.
  bool valid = false;      ///< False for overlong forms, surrogates and values beyond Unicode.
};

/// Requires: `text` is not empty.
[[nodiscard]] Utf8Character first_character(std::string_view text);

/// Whether the character would be invisible if printed, or would change how the text around it
/// looks: bytes that are not UTF-8, control characters and line separators, bidirectional and
/// zero-width marks, and noncharacters, which XML cannot represent.
[[nodiscard]] bool is_deceptive(const Utf8Character& character);

/// The character in visible ASCII: \n, \x1b, \u202e, \U000e0001.
[[nodiscard]] std::string escaped(const Utf8Character& character);

/// The string as valid UTF-8: invalid bytes become \xNN.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace heapscan::dump
