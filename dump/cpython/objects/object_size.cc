#include "dump/cpython/objects/object_size.h"

#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/sizes.h"

namespace heapscan::dump::cpython {

std::uint64_t bytes_before(const TypeInfo& type) {
  return (type.has_gc ? offset::kGcHeadSize : 0) +
         (type.has_managed_header ? offset::kManagedHeaderSize : 0);
}

std::uint64_t object_size(const ObjectReader& reader, Address object, const TypeInfo& type) {
  const bool static_type = type.is_type && !is_heap_type(reader, object);
  const std::uint64_t before =
      static_type && !reader.layout().type.static_size_has_gc_head ? 0 : bytes_before(type);
  const auto size_of = type.layout->traits.size;
  const std::uint64_t size =
      size_of == nullptr ? basic_size(reader, object, type) : size_of(reader, object, type);
  return size < kLargestObject ? size + before : type.basic_size + before;
}

}  // namespace heapscan::dump::cpython
