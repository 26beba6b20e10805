#include "cli/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace heapscan::cli {
namespace {

/// One character of UTF-8 text: its bytes and its code point; not valid when the bytes are not
/// UTF-8, then it is a single byte.
struct Character {
  std::string_view bytes;
  std::uint32_t code = 0;
  bool valid = false;
};

std::uint32_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// The first character of a text that is not empty. Overlong forms, surrogates and what lies beyond
/// Unicode are not valid.
Character first_character(std::string_view text) {
  const std::uint32_t lead = byte_at(text, 0);
  const Character broken{text.substr(0, 1), lead, false};
  if (lead < 0x80) {
    return {text.substr(0, 1), lead, true};
  }
  std::size_t size = 0;
  std::uint32_t code = 0;
  std::uint32_t smallest = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
    code = lead & 0x1FU;
    smallest = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    code = lead & 0x0FU;
    smallest = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    code = lead & 0x07U;
    smallest = 0x10000;
  } else {
    return broken;
  }
  if (text.size() < size) {
    return broken;
  }
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte_at(text, at) & 0xC0U) != 0x80) {
      return broken;
    }
    code = (code << 6U) | (byte_at(text, at) & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < smallest || surrogate || code > 0x10FFFF) {
    return broken;
  }
  return {text.substr(0, size), code, true};
}

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t N>
bool in_any(const std::array<CodeRange, N>& ranges, std::uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](CodeRange range) { return code >= range.first && code <= range.last; });
}

/// Characters that move the cursor, reorder the line or are not seen at all.
bool is_deceptive(std::uint32_t code) {
  static constexpr std::array<CodeRange, 10> kRanges = {{{0x00, 0x1F},
                                                         {0x7F, 0x9F},
                                                         {0xAD, 0xAD},
                                                         {0x61C, 0x61C},
                                                         {0x180E, 0x180E},
                                                         {0x200B, 0x200F},
                                                         {0x2028, 0x202E},
                                                         {0x2060, 0x206F},
                                                         {0xFEFF, 0xFEFF},
                                                         {0xE0000, 0xE0FFF}}};
  return in_any(kRanges, code);
}

std::size_t columns_of(std::uint32_t code) {
  static constexpr std::array<CodeRange, 6> kCombining = {{{0x300, 0x36F},
                                                           {0x483, 0x489},
                                                           {0x1AB0, 0x1AFF},
                                                           {0x20D0, 0x20FF},
                                                           {0xFE00, 0xFE0F},
                                                           {0xFE20, 0xFE2F}}};
  static constexpr std::array<CodeRange, 8> kWide = {{{0x1100, 0x115F},
                                                      {0x2E80, 0xA4CF},
                                                      {0xAC00, 0xD7A3},
                                                      {0xF900, 0xFAFF},
                                                      {0xFE30, 0xFE6F},
                                                      {0xFF00, 0xFF60},
                                                      {0x1F300, 0x1FAFF},
                                                      {0x20000, 0x3FFFD}}};
  if (in_any(kCombining, code)) {
    return 0;
  }
  return in_any(kWide, code) ? 2 : 1;
}

std::string escape(const Character& character) {
  if (!character.valid) {
    return fmt::format("\\x{:02x}", character.code);
  }
  switch (character.code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (character.code < 0x100) {
    return fmt::format("\\x{:02x}", character.code);
  }
  return character.code < 0x10000 ? fmt::format("\\u{:04x}", character.code)
                                  : fmt::format("\\U{:08x}", character.code);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.valid && !is_deceptive(character.code)) {
      result += character.bytes;
    } else {
      result += escape(character);
    }
    text.remove_prefix(character.bytes.size());
  }
  return result;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    if (character.valid) {
      result += character.bytes;
    } else {
      result += escape(character);
    }
    text.remove_prefix(character.bytes.size());
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += columns_of(character.code);
    text.remove_prefix(character.bytes.size());
  }
  return width;
}

std::string elide_middle(std::string_view text, std::size_t width) {
  constexpr std::string_view kGap = "...";
  if (width == 0 || display_width(text) <= width) {
    return std::string(text);
  }
  if (width <= kGap.size()) {
    return std::string(kGap.substr(0, width));
  }
  std::vector<Character> characters;
  for (std::string_view rest = text; !rest.empty();) {
    characters.push_back(first_character(rest));
    rest.remove_prefix(characters.back().bytes.size());
  }
  const std::size_t room = width - kGap.size();
  // The end of a path says what is held, its beginning who holds it: the end gets the odd column.
  const std::size_t head_room = room / 2;
  std::string head;
  for (std::size_t at = 0, used = 0; at < characters.size(); ++at) {
    used += columns_of(characters[at].code);
    if (used > head_room) {
      break;
    }
    head += characters[at].bytes;
  }
  std::string_view tail = text.substr(text.size());
  std::size_t used = 0;
  for (std::size_t at = characters.size(); at-- > 0;) {
    used += columns_of(characters[at].code);
    if (used > room - head_room) {
      break;
    }
    const auto begin = static_cast<std::size_t>(characters[at].bytes.data() - text.data());
    tail = text.substr(begin);
  }
  return head + std::string(kGap) + std::string(tail);
}

}  // namespace heapscan::cli
