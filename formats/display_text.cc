#include "formats/display_text.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace heapscan::formats {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// What a first byte below `end` says about its sequence.
struct Lead {
  unsigned end;
  std::size_t length;
  std::uint32_t payload_mask;
  std::uint32_t smallest;  // Below it, a shorter sequence would have done: not valid.
};

constexpr std::array kLeads = {
    Lead{0x80, 1, 0x7F, 0},     Lead{0xC0, 0, 0, 0},          Lead{0xE0, 2, 0x1F, 0x80},
    Lead{0xF0, 3, 0x0F, 0x800}, Lead{0xF8, 4, 0x07, 0x10000}, Lead{0x100, 0, 0, 0},
};

struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;  // In bytes; 0 when the bytes are not valid UTF-8.
};

Character decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  std::size_t row = 0;
  while (first >= kLeads.at(row).end) {
    ++row;
  }
  const Lead& lead = kLeads.at(row);
  if (lead.length == 0 || lead.length > text.size()) {
    return {};
  }
  std::uint32_t code = first & lead.payload_mask;
  for (const char next : text.substr(1, lead.length - 1)) {
    const auto byte = static_cast<unsigned char>(next);
    if ((byte & 0xC0U) != 0x80U) {
      return {};
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < lead.smallest || code > 0x10FFFF || surrogate) {
    return {};
  }
  return {code, lead.length};
}

/// Control characters, line separators, marks that turn the direction of writing or have no width,
/// and what XML cannot hold.
bool needs_escape(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code & 0xFFFEU) == 0xFFFE ||
         (code >= 0xFDD0 && code <= 0xFDEF) || (code >= 0xFFF9 && code <= 0xFFFB) ||
         (code >= 0xE0000 && code <= 0xE0FFF);
}

std::string escape(std::uint32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (code < 0x100) {
    return fmt::format("\\x{:02x}", code);
  }
  return code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

}  // namespace

std::string display_text(std::string_view text, std::size_t limit) {
  std::string shown;
  std::size_t length = 0;    // In characters.
  std::size_t cut_here = 0;  // The bytes of `shown` that leave room for an ellipsis.
  while (!text.empty()) {
    const Character character = decode(text);
    const std::size_t bytes = character.length == 0 ? 1 : character.length;
    std::string piece(text.substr(0, bytes));
    std::size_t piece_length = 1;
    if (character.length == 0 || needs_escape(character.code)) {
      piece = character.length == 0
                  ? fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()))
                  : escape(character.code);
      piece_length = piece.size();
    }
    if (length + piece_length > limit) {
      shown.resize(cut_here);
      shown += kEllipsis;
      return shown;
    }
    shown += piece;
    length += piece_length;
    if (length < limit) {
      cut_here = shown.size();
    }
    text.remove_prefix(bytes);
  }
  return shown;
}

}  // namespace heapscan::formats
