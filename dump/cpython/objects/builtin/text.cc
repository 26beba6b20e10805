#include "dump/cpython/objects/builtin/text.h"

#include <algorithm>

#include <fmt/format.h>

#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/sizes.h"

// str, bytes, bytearray, their iterators, and the helper types of str.format and templates.
namespace heapscan::dump::cpython {
namespace {

// PyASCIIObject, PyByteArrayObject.
constexpr std::uint64_t kTextLength = 16;
constexpr std::uint64_t kTextState = 32;
constexpr std::uint64_t kByteArrayAllocated = 24;

/// The most characters or bytes of a value that go into a dump.
constexpr std::size_t kPreviewLength = 64;

/// More characters than fit in the address space: a damaged length.
constexpr std::uint64_t kMostCharacters = std::uint64_t{1} << 47U;

/// Lone surrogates, which are valid in a str but not in UTF-8, are written as in Python's repr.
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

/// str.__sizeof__: the structure, the characters and a terminating zero, and separate UTF-8 and
/// wchar_t forms if they exist.
std::uint64_t text_size(const ObjectReader& reader, Address object, const TypeInfo& /*type*/) {
  const Layout::Text& layout = reader.layout().text;
  const auto text = read_text_object(reader, object);
  if (!text) {
    return layout.size;
  }
  if (!text->ready) {
    return layout.size + (text->length + 1) * text->character_size;
  }
  const std::uint64_t characters = (text->length + 1) * text->character_size;
  std::uint64_t size = text->compact
                           ? (text->ascii ? layout.ascii_size : layout.compact_size) + characters
                           : layout.size + (text->data ? characters : 0);
  const bool ascii = text->compact && text->ascii;
  const Address utf8 = ascii ? Address{} : reader.pointer(object + layout.utf8);
  if (utf8 && utf8 != text->data) {
    size += reader.word(object + layout.utf8_length) + 1;
  }
  const Address wide = layout.wide == 0 ? Address{} : reader.pointer(object + layout.wide);
  if (wide && wide != text->data) {
    const std::uint64_t length = ascii ? text->length : reader.word(object + layout.wide_length);
    size += (length + 1) * sizeof(wchar_t);
  }
  return size;
}

std::optional<std::string> text_preview(const ObjectReader& reader, Address object) {
  std::string text = read_text(reader, object, kPreviewLength);
  if (const auto whole = read_text_object(reader, object);
      whole && whole->length > kPreviewLength) {
    text += "...";
  }
  return text;
}

Extent text_contents(const ObjectReader& reader, Address object) {
  const auto text = read_text_object(reader, object);
  if (!text || text->length > kMostCharacters) {
    return {};
  }
  return {text->data, text->length * text->character_size};
}

std::optional<std::string> bytes_preview(const ObjectReader& reader, Address object) {
  const std::uint64_t length = reader.word(object + offset::kSize);
  const std::uint64_t shown = std::min<std::uint64_t>(length, kPreviewLength);
  std::string text = "b'";
  for (std::uint64_t at = 0; at < shown; ++at) {
    const auto byte = reader.read_or<std::uint8_t>(object + offset::kBytesText + at, 0);
    if (byte >= 0x20 && byte < 0x7F && byte != '\'' && byte != '\\') {
      text.push_back(static_cast<char>(byte));
    } else {
      text += fmt::format("\\x{:02x}", byte);
    }
  }
  return text + (length > shown ? "'..." : "'");
}

Extent bytes_contents(const ObjectReader& reader, Address object) {
  return {object + offset::kBytesText, reader.word(object + offset::kSize)};
}

std::uint64_t byte_array_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  return type.basic_size + reader.word(object + kByteArrayAllocated);
}

constexpr TypeTraits kText = {
    .size = text_size, .value = text_preview, .contents = text_contents, .sized_by_value = true};
constexpr TypeTraits kBytes = {.value = bytes_preview, .contents = bytes_contents};
constexpr TypeTraits kByteArray = {.size = byte_array_size};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"str", since(8).until(11), 80, kText},
    {"str", since(12), 64, kText},
    {"bytes", since(8), 33, kBytes},
    {"bytearray", since(8), 56, kByteArray},
    {"EncodingMap", since(8), 64},
    {"str_iterator", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"str_ascii_iterator", since(11), 32, {}, {{internal(24, "sequence")}}},
    {"bytes_iterator", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"bytearray_iterator", since(8), 32, {}, {{internal(24, "sequence")}}},
    {"fieldnameiterator", since(8), 56, {}, {{internal(16, "text")}}},
    {"formatteriterator", since(8), 48, {}, {{internal(16, "text")}}},
    {"string.templatelib.Template", since(14), 32, {}, {{{16, "strings"}, {24, "interpolations"}}}},
    {"string.templatelib.TemplateIter", since(14), 40, {},
     {{internal(16, "strings"), internal(24, "interpolations")}}},
    {"string.templatelib.Interpolation", since(14), 48, {},
     {{{16, "value"}, {24, "expression"}, {32, "conversion"}, {40, "format_spec"}}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> text_layouts() {
  return kLayouts;
}

bool is_text(const TypeInfo& type) {
  return type.layout->traits.contents == text_contents;
}

std::optional<TextObject> read_text_object(const ObjectReader& reader, Address address) {
  // Only the low byte of the state is ever initialised:
  // interned:2 kind:3 compact:1 ascii:1 ready:1.
  const auto state = reader.read<std::uint8_t>(address + kTextState);
  if (!address || !state) {
    return std::nullopt;
  }
  const Layout::Text& layout = reader.layout().text;
  TextObject text;
  text.length = reader.word(address + kTextLength);
  text.interned = (*state & 3U) != 0;
  text.character_size = (*state >> 2U) & 7U;
  text.compact = ((*state >> 5U) & 1U) != 0;
  text.ascii = ((*state >> 6U) & 1U) != 0;
  const bool legacy = text.character_size == 0 && !text.compact && layout.wide != 0;
  if (legacy && reader.pointer(address + layout.wide)) {
    text.ready = false;
    text.data = reader.pointer(address + layout.wide);
    text.length = reader.word(address + layout.wide_length);
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

std::string read_text(const ObjectReader& reader, Address address, std::size_t limit) {
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

Address utf8_address(const ObjectReader& reader, Address address) {
  const auto object = read_text_object(reader, address);
  if (!object) {
    return {};
  }
  return object->compact && object->ascii ? object->data
                                          : reader.pointer(address + reader.layout().text.utf8);
}

}  // namespace heapscan::dump::cpython
