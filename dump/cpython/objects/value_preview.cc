#include "dump/cpython/objects/value_preview.h"

#include <algorithm>

#include <fmt/format.h>
#include <xxhash.h>

#include "dump/cpython/objects/int_reader.h"
#include "dump/cpython/objects/object_layout.h"
#include "dump/cpython/objects/text_reader.h"

namespace heapscan::dump::cpython {
namespace {

/// Longer values are not hashed: the pass over them would cost more than it tells.
constexpr std::uint64_t kLongestHashed = std::uint64_t{1} << 20U;

std::string text_preview(const ObjectReader& reader, std::uint64_t object) {
  std::string text = read_text(reader, object, kPreviewLength);
  if (const auto whole = read_text_object(reader, object);
      whole && whole->length > kPreviewLength) {
    text += "...";
  }
  return text;
}

std::string bytes_preview(const ObjectReader& reader, std::uint64_t object) {
  const std::uint64_t length = reader.pointer(object + offset::kSize);
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

/// Decimal up to 64 bits; beyond, the size alone.
std::optional<std::string> int_preview(const ObjectReader& reader, std::uint64_t object) {
  constexpr unsigned kBitsOfDigit = 30;
  constexpr std::uint64_t kMostDigits = std::uint64_t{1} << 32U;
  const auto [digits, negative] = read_int_object(reader, object);
  if (digits > kMostDigits) {
    return std::nullopt;
  }
  const auto digit = [&](std::uint64_t place) {
    return std::uint64_t{reader.read_or<std::uint32_t>(object + offset::kIntDigits + place * 4, 0)};
  };
  if (digits > 3 || (digits == 3 && digit(2) > 0xF)) {
    return fmt::format("int of about {} bits", digits * kBitsOfDigit);
  }
  std::uint64_t magnitude = 0;
  for (std::uint64_t place = digits; place-- > 0;) {
    magnitude = (magnitude << kBitsOfDigit) | digit(place);
  }
  return (negative ? "-" : "") + std::to_string(magnitude);
}

}  // namespace

std::optional<std::string> value_preview(const ObjectReader& reader,
                                         std::uint64_t object,
                                         const TypeInfo& type) {
  const std::string_view layout = type.layout->name;
  if (layout == "str") {
    return text_preview(reader, object);
  }
  if (layout == "int") {
    return int_preview(reader, object);
  }
  if (layout == "bytes") {
    return bytes_preview(reader, object);
  }
  if (layout == "float") {
    return fmt::format("{}", reader.read_or<double>(object + offset::kFloatValue, 0));
  }
  if (layout == "bool") {
    return int_value(reader, object) != 0 ? "True" : "False";
  }
  return std::nullopt;
}

std::optional<std::string> name_preview(const ObjectReader& reader,
                                        std::uint64_t object,
                                        const TypeInfo& type) {
  constexpr std::size_t kLongestName = 200;
  const std::string_view layout = type.layout->name;
  const auto text_of = [&](std::uint64_t field) {
    return read_text(reader, reader.pointer(object + field), kLongestName);
  };
  if (layout == "module") {
    return text_of(offset::kModuleName);
  }
  if (layout == "code") {
    return text_of(reader.layout().code.qualname);
  }
  if (layout == "function" || layout == "generator" || layout == "coroutine" ||
      layout == "async_generator") {
    const auto& fields = type.layout->fields;
    const auto qualname = std::find_if(fields.begin(), fields.end(), [](const Field& field) {
      return field.name == "__qualname__";
    });
    return qualname == fields.end() ? std::string() : text_of(qualname->offset);
  }
  if (type.layout->shape == Shape::kBuiltinFunction) {
    const std::uint64_t definition = reader.pointer(object + offset::kBuiltinMethodDef);
    return reader.text(reader.pointer(definition + offset::kMethodDefName), kLongestName);
  }
  return std::nullopt;
}

std::uint64_t content_hash(const ObjectReader& reader, std::uint64_t object, const TypeInfo& type) {
  std::uint64_t data = 0;
  std::uint64_t size = 0;
  if (type.layout->name == "str") {
    const auto text = read_text_object(reader, object);
    if (!text || text->length > kLongestHashed) {
      return 0;
    }
    data = text->data;
    size = text->length * text->character_size;
  } else if (type.layout->name == "bytes") {
    data = object + offset::kBytesText;
    size = reader.pointer(object + offset::kSize);
  } else {
    return 0;
  }
  const std::byte* const bytes = size <= kLongestHashed ? reader.bytes(data, size) : nullptr;
  // 0 stands for "no hash".
  return bytes == nullptr ? 0 : std::max<std::uint64_t>(XXH3_64bits(bytes, size), 1);
}

}  // namespace heapscan::dump::cpython
