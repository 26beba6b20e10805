#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// The value of a str, bytes, int, float or bool object, truncated to 64 characters and then ending
/// in "..."; nothing for other types. It may be a secret.
[[nodiscard]] std::optional<std::string> value_preview(const ObjectReader& reader,
                                                       Address object,
                                                       const TypeInfo& type);

/// The name of a module, class, function, method or code object in the program; nothing for other
/// types.
[[nodiscard]] std::optional<std::string> name_preview(const ObjectReader& reader,
                                                      Address object,
                                                      const TypeInfo& type);

/// A 64-bit hash of the characters of a str or bytes object, never 0; 0 for other types. Equal
/// values have equal hashes, in every dump.
[[nodiscard]] std::uint64_t content_hash(const ObjectReader& reader,
                                         Address object,
                                         const TypeInfo& type);

}  // namespace heapscan::dump::cpython
