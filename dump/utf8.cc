#include "dump/utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace heapscan::dump {
namespace {

/// What a first byte below `end` implies for its sequence.
struct Lead {
  unsigned end;
  std::size_t length;  // 0: no character starts like this.
  std::uint32_t payload_mask;
  std::uint32_t smallest;  // Anything below is an overlong encoding: not valid.
};

constexpr std::array kLeads = {
    Lead{0x80, 1, 0x7F, 0},     Lead{0xC0, 0, 0, 0},          Lead{0xE0, 2, 0x1F, 0x80},
    Lead{0xF0, 3, 0x0F, 0x800}, Lead{0xF8, 4, 0x07, 0x10000}, Lead{0x100, 0, 0, 0},
};

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr std::array kDeceptive = {
    CodeRange{0x00, 0x1F},     CodeRange{0x7F, 0x9F},     CodeRange{0xAD, 0xAD},
    CodeRange{0x61C, 0x61C},   CodeRange{0x180E, 0x180E}, CodeRange{0x200B, 0x200F},
    CodeRange{0x2028, 0x202E}, CodeRange{0x2060, 0x206F}, CodeRange{0xFDD0, 0xFDEF},
    CodeRange{0xFEFF, 0xFEFF}, CodeRange{0xFFF9, 0xFFFB}, CodeRange{0xE0000, 0xE0FFF},
};

}  // namespace

Utf8Character first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const Utf8Character broken{text.substr(0, 1), first, false};
  const Lead& lead = *std::find_if(kLeads.begin(), kLeads.end(),
                                   [first](const Lead& row) { return first < row.end; });
  if (lead.length == 0 || lead.length > text.size()) {
    return broken;
  }
  std::uint32_t code = first & lead.payload_mask;
  for (const char next : text.substr(1, lead.length - 1)) {
    const auto byte = static_cast<unsigned char>(next);
    if ((byte & 0xC0U) != 0x80U) {
      return broken;
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < lead.smallest || code > 0x10FFFF || surrogate) {
    return broken;
  }
  return {text.substr(0, lead.length), code, true};
}

bool is_deceptive(const Utf8Character& character) {
  constexpr std::uint32_t kNoCharacter = 0xFFFE;  // The last two code points of each plane.
  const std::uint32_t code = character.code;
  return !character.valid || (code & kNoCharacter) == kNoCharacter ||
         std::any_of(kDeceptive.begin(), kDeceptive.end(),
                     [code](CodeRange range) { return code >= range.first && code <= range.last; });
}

std::string escaped(const Utf8Character& character) {
  if (character.valid && character.code == '\n') {
    return "\\n";
  }
  if (character.valid && character.code == '\r') {
    return "\\r";
  }
  if (character.valid && character.code == '\t') {
    return "\\t";
  }
  if (character.code < 0x100) {
    return fmt::format("\\x{:02x}", character.code);
  }
  return character.code < 0x10000 ? fmt::format("\\u{:04x}", character.code)
                                  : fmt::format("\\U{:08x}", character.code);
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    result += character.valid ? std::string(character.bytes) : escaped(character);
    text.remove_prefix(character.bytes.size());
  }
  return result;
}

}  // namespace heapscan::dump
