#include "dump/cpython/text_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "dump/cpython/object_layout.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::uint64_t kAsciiSize = 48;     // sizeof(PyASCIIObject)
constexpr std::uint64_t kCompactSize = 72;   // sizeof(PyCompactUnicodeObject)
constexpr std::uint64_t kWide = 40;          // PyASCIIObject.wstr
constexpr std::uint64_t kUtf8 = 56;          // PyCompactUnicodeObject.utf8
constexpr std::uint64_t kWideLength = 64;    // PyCompactUnicodeObject.wstr_length
constexpr std::uint64_t kSeparateData = 72;  // PyUnicodeObject.data

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
  TextObject text;
  text.length = reader.pointer(address + offset::kTextLength);
  text.interned = (*state & 3U) != 0;
  text.character_size = (*state >> 2U) & 7U;
  text.compact = ((*state >> 5U) & 1U) != 0;
  text.ascii = ((*state >> 6U) & 1U) != 0;
  const bool legacy = text.character_size == 0 && !text.compact;
  if (legacy && reader.pointer(address + kWide) != 0) {
    text.ready = false;
    text.data = reader.pointer(address + kWide);
    text.length = reader.pointer(address + kWideLength);
    text.character_size = sizeof(wchar_t);
    return text;
  }
  if (text.character_size != 1 && text.character_size != 2 && text.character_size != 4) {
    return std::nullopt;
  }
  if (text.compact) {
    text.data = address + (text.ascii ? kAsciiSize : kCompactSize);
  } else {
    text.data = reader.pointer(address + kSeparateData);
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
  return object->compact && object->ascii ? object->data : reader.pointer(address + kUtf8);
}

std::uint64_t int_value(const ObjectReader& reader, std::uint64_t address) {
  constexpr unsigned kBitsOfDigit = 30;
  const auto digits = reader.read_or<std::int64_t>(address + offset::kSize, 0);
  if (address == 0 || digits < 1 || digits > 2) {
    return 0;
  }
  const auto digit = [&](std::uint64_t place) {
    return std::uint64_t{
        reader.read_or<std::uint32_t>(address + offset::kIntDigits + place * 4, 0)};
  };
  return digit(0) | (digits == 2 ? digit(1) << kBitsOfDigit : 0);
}

}  // namespace heapscan::dump::cpython
