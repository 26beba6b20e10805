#include "dump/cpython/objects/value_preview.h"

#include <algorithm>

#include <xxhash.h>

namespace heapscan::dump::cpython {
namespace {

/// Longer values are not hashed: hashing them would cost more than it is worth.
constexpr std::uint64_t kLongestHashed = std::uint64_t{1} << 20U;

}  // namespace

std::optional<std::string> value_preview(const ObjectReader& reader,
                                         Address object,
                                         const TypeInfo& type) {
  const auto value = type.layout->traits.value;
  return value == nullptr ? std::nullopt : value(reader, object);
}

std::optional<std::string> name_preview(const ObjectReader& reader,
                                        Address object,
                                        const TypeInfo& type) {
  const auto name = type.layout->traits.name;
  return name == nullptr ? std::nullopt : std::optional(name(reader, object, type));
}

std::uint64_t content_hash(const ObjectReader& reader, Address object, const TypeInfo& type) {
  const auto contents_of = type.layout->traits.contents;
  if (contents_of == nullptr) {
    return 0;
  }
  const auto [data, size] = contents_of(reader, object);
  const std::byte* const bytes = size <= kLongestHashed ? reader.bytes(data, size) : nullptr;
  // 0 stands for "no hash".
  return bytes == nullptr ? 0 : std::max<std::uint64_t>(XXH3_64bits(bytes, size), 1);
}

}  // namespace heapscan::dump::cpython
