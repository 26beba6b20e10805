#include "dump/cpython/objects/model/sizes.h"

#include "dump/cpython/objects/model/object_header.h"

namespace heapscan::dump::cpython {

std::uint64_t item_count(const ObjectReader& reader, Address object) {
  const auto number = reader.read_or<std::int64_t>(object + offset::kSize, 0);
  return number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
}

std::uint64_t basic_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  return type.basic_size + (type.item_size == 0 ? 0 : item_count(reader, object) * type.item_size);
}

std::uint64_t tuple_length(const ObjectReader& reader, Address place) {
  const Address tuple = reader.pointer(place);
  return tuple ? item_count(reader, tuple) : 0;
}

}  // namespace heapscan::dump::cpython
