#include "dump/cpython/objects/text_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "dump/cpython/objects/object_layout.h"

namespace heapscan::dump::cpython {
namespace {

/// Surrogates, which a str may have one by one and UTF-8 may not, as Python's repr shows them.
void append_utf8(std::string& text, std::uint32_t character) {
  if (character >= 0xD800 && character <= 0xDFFF) {
    text += fmt::format("\\u{:04x}", character);
    return;
  }
  const auto add = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0U | (character >> 6U));
    add(0x80U | (character & 0x3FU));
  } else if (character < 0x10000) {
    add(0xE0U | (character >> 12U));
    add(0x80U | ((character >> 6U) & 0x3FU));
    add(0x80U | (character & 0x3FU));
  } else {
    add(0xF0U | ((character >> 18U) & 0x07U));
    add(0x80U | ((character >> 12U) & 0x3FU));
    add(0x80U | ((character >> 6U) & 0x3FU));
    add(0x80U | (character & 0x3FU));
  }
}

}  // namespace

std::optional<TextObject> read_text_object(const ObjectReader& reader, std::uint64_t address) {
  // Only the low byte of the state is ever initialised: interned:2 kind:3 compact:1 ascii:1
  // ready:1.
  const auto state = reader.read<std::uint8_t>(address + offset::kTextState);
  if (address == 0 || !state) {
    return std::nullopt;
  }
  const Layout::Text& layout = reader.layout().text;
  TextObject text;
  text.length = reader.pointer(address + offset::kTextLength);
  text.interned = (*state & 3U) != 0;
  text.character_size = (*state >> 2U) & 7U;
  text.compact = ((*state >> 5U) & 1U) != 0;
  text.ascii = ((*state >> 6U) & 1U) != 0;
  const bool legacy = text.character_size == 0 && !text.compact && layout.wide != 0;
  if (legacy && reader.pointer(address + layout.wide) != 0) {
    text.ready = false;
    text.data = reader.pointer(address + layout.wide);
    text.length = reader.pointer(address + layout.wide_length);
    text.character_size = sizeof(wchar_t);
    return text;
  }
  if (text.character_size != 1 && text.character_size != 2 && text.character_size != 4) {
    return std::nullopt;
  }
  if (text.compact) {
    text.data = address + (text.ascii ? layout.ascii_size : layout.compact_size);
  } else {
    text.data = reader.pointer(address + layout.data);
  }
  return text;
}

std::string read_text(const ObjectReader& reader, std::uint64_t address, std::size_t limit) {
  const auto object = read_text_object(reader, address);
  if (!object) {
    return {};
  }
  const std::uint64_t count = std::min<std::uint64_t>(object->length, limit);
  const std::byte* const data = reader.bytes(object->data, count * object->character_size);
  std::string text;
  if (data == nullptr) {
    return text;
  }
  text.reserve(count);
  for (std::uint64_t at = 0; at < count; ++at) {
    std::uint32_t character = 0;
    std::memcpy(&character, data + at * object->character_size, object->character_size);
    append_utf8(text, character);
  }
  return text;
}

std::uint64_t utf8_address(const ObjectReader& reader, std::uint64_t address) {
  const auto object = read_text_object(reader, address);
  if (!object) {
    return 0;
  }
  return object->compact && object->ascii ? object->data
                                          : reader.pointer(address + reader.layout().text.utf8);
}

}  // namespace heapscan::dump::cpython
