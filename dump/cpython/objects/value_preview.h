#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dump/cpython/objects/object_reader.h"
#include "dump/cpython/objects/type_table.h"

namespace heapscan::dump::cpython {

/// The most characters of a text or bytes that go into a dump.
inline constexpr std::size_t kPreviewLength = 64;

/// The value of a str, bytes, int, float or bool object, cut to kPreviewLength characters and then
/// ending in "..."; nothing for other types. These may be secrets.
[[nodiscard]] std::optional<std::string> value_preview(const ObjectReader& reader,
                                                       std::uint64_t object,
                                                       const TypeInfo& type);

/// What the program calls a module, class, function, method or piece of code; nothing for other
/// types.
[[nodiscard]] std::optional<std::string> name_preview(const ObjectReader& reader,
                                                      std::uint64_t object,
                                                      const TypeInfo& type);

/// A 64-bit hash of the characters of a str or bytes object, never 0; 0 for other types. Equal
/// values have equal hashes, in every dump.
[[nodiscard]] std::uint64_t content_hash(const ObjectReader& reader,
                                         std::uint64_t object,
                                         const TypeInfo& type);

}  // namespace heapscan::dump::cpython
