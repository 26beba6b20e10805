#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "dump/cpython/objects/object_reader.h"

namespace heapscan::dump::cpython {

/// The parts of a PyUnicodeObject in any of its forms (PEP 393).
struct TextObject {
  std::uint64_t data = 0;       ///< Address of the characters.
  std::uint64_t length = 0;     ///< In characters.
  unsigned character_size = 0;  ///< 1, 2 or 4 bytes.
  bool ascii = false;
  bool compact = false;
  bool interned = false;
  bool ready = true;  ///< False while it has nothing but the wchar_t form, which `data` is then.
};

/// The str object at `address`, or nothing when it does not look like one.
[[nodiscard]] std::optional<TextObject> read_text_object(const ObjectReader& reader,
                                                         std::uint64_t address);

/// The first `limit` characters of the str object at `address`, as UTF-8; empty when it is none.
[[nodiscard]] std::string read_text(const ObjectReader& reader,
                                    std::uint64_t address,
                                    std::size_t limit);

/// Where the object keeps its UTF-8 form, which PyUnicode_AsUTF8 hands out; 0 when it has none.
[[nodiscard]] std::uint64_t utf8_address(const ObjectReader& reader, std::uint64_t address);

}  // namespace heapscan::dump::cpython
