#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heapscan::dump {

/// One character of a text that should be UTF-8 and, as it comes from the observed program, may not
/// be.
struct Utf8Character {
  std::string_view bytes;  ///< One byte when it is not valid.
  std::uint32_t code = 0;  ///< The code point, or the byte when it is not valid.
  bool valid = false;      ///< Overlong forms, surrogates and what lies beyond Unicode are not.
};

/// Requires: `text` is not empty.
[[nodiscard]] Utf8Character first_character(std::string_view text);

/// Whether the character, shown as it is, would not show, or would change how its surroundings
/// show: bytes that are not UTF-8, control characters and line separators, marks that turn the
/// direction of writing or have no width, and code points that are no characters, which XML cannot
/// hold.
[[nodiscard]] bool is_deceptive(const Utf8Character& character);

/// The character in visible ASCII: \n, \x1b, \u202e, \U000e0001.
[[nodiscard]] std::string escaped(const Utf8Character& character);

/// The text as valid UTF-8: bytes that are not become \xNN.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace heapscan::dump
