#include "cli/console/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "dump/utf8.h"

namespace heapscan::cli {
namespace {

using dump::first_character;
using dump::Utf8Character;

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t N>
bool in_any(const std::array<CodeRange, N>& ranges, std::uint32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](CodeRange range) { return code >= range.first && code <= range.last; });
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

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (dump::is_deceptive(character)) {
      result += dump::escaped(character);
    } else {
      result += character.bytes;
    }
    text.remove_prefix(character.bytes.size());
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
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
  std::vector<Utf8Character> characters;
  for (std::string_view rest = text; !rest.empty();) {
    characters.push_back(first_character(rest));
    rest.remove_prefix(characters.back().bytes.size());
  }
  const std::size_t room = width - kGap.size();
  // The end of a path says what is held, its beginning what holds it: the end gets the odd column.
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
