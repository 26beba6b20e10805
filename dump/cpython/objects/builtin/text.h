#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"

namespace heapscan::dump::cpython {

/// PyBytesObject: its bytes.
namespace offset {
inline constexpr std::uint64_t kBytesText = 32;
}

/// The most characters of a name (function, class, module) that go into a dump.
inline constexpr std::size_t kLongestNamePreview = 200;

/// The parts of a PyUnicodeObject in any of its forms (PEP 393).
struct TextObject {
  Address data;                 ///< Address of the characters.
  std::uint64_t length = 0;     ///< In characters.
  unsigned character_size = 0;  ///< 1, 2 or 4 bytes.
  bool ascii = false;
  bool compact = false;
  bool interned = false;
  bool ready = true;  ///< False while it has only its wchar_t form; `data` is that form then.
};

/// The str object at `address`, or nothing if it does not look like one.
[[nodiscard]] std::optional<TextObject> read_text_object(const ObjectReader& reader,
                                                         Address address);

/// The first `limit` characters of the str object at `address`, as UTF-8; empty if it is not one.
[[nodiscard]] std::string read_text(const ObjectReader& reader, Address address, std::size_t limit);

/// Where the object stores its UTF-8 form, which PyUnicode_AsUTF8 returns; null if it has none.
[[nodiscard]] Address utf8_address(const ObjectReader& reader, Address address);

/// Whether instances of the type are str objects.
[[nodiscard]] bool is_text(const TypeInfo& type);

}  // namespace heapscan::dump::cpython
