#include "dump/cpython/graph/plausibility.h"

#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/object_size.h"

namespace heapscan::dump::cpython {
namespace {

/// No reference count is larger: a larger number is a pointer or a string in freed memory.
constexpr std::uint64_t kLargestCount = std::uint64_t{1} << 40U;

constexpr std::uint64_t kLinkFlags = 3;

/// A link of the collector's lists without the flags in its lowest bits.
Address link_at(const ObjectReader& reader, Address place) {
  return Address{reader.word(place) & ~kLinkFlags};
}

/// A block of something else may start with an address, which in a non-relocated program is as
/// small as a count.
bool counts_references(const ObjectReader& reader, Address object) {
  return reader.bytes(reader.pointer(object + offset::kRefcount), 1) == nullptr;
}

}  // namespace

bool is_plausible(const ObjectReader& reader, Address object, const TypeInfo& type) {
  const std::uint64_t count = reader.refcount(object);
  if (count == 0 || count > kLargestCount) {
    return false;
  }
  if (!type.has_gc) {
    return true;
  }
  const Address header = object - offset::kGcHeadSize;
  const Address next = link_at(reader, header + offset::kGcNext);
  return !next || link_at(reader, next + offset::kGcPrevious) == header;
}

// The allocator does not move an object that shrinks as long as it fills three quarters of the
// block.
bool fits_block(const ObjectReader& reader,
                Address object,
                const TypeInfo& type,
                std::uint64_t before,
                std::uint32_t block_size) {
  if (!counts_references(reader, object)) {
    return false;
  }
  std::uint64_t size = type.basic_size + before;
  if (type.layout->traits.sized_by_value) {
    size = object_size(reader, object, type);
  } else if (type.item_size != 0) {
    const auto items = reader.read_or<std::int64_t>(object + offset::kSize, 0);
    if (items < 0 || static_cast<std::uint64_t>(items) > block_size) {
      return false;
    }
    size += static_cast<std::uint64_t>(items) * type.item_size;
  } else {
    return size <= block_size && size + 16 > block_size;
  }
  return size <= block_size && (size * 4 > std::uint64_t{block_size} * 3 || size + 16 > block_size);
}

bool is_like_interned_table(const ObjectReader& reader, Address dict) {
  constexpr std::uint64_t kLeastEntries = 100;
  const DictKeys keys(reader, reader.pointer(dict + offset::kDictKeys));
  std::uint64_t seen = 0;
  for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
    const Address key = keys.key(entry);
    if (!key || !keys.value(entry)) {
      continue;
    }
    const auto text = read_text_object(reader, key);
    if (keys.value(entry) != key || !text || !text->interned) {
      return false;
    }
    if (++seen == kLeastEntries) {
      return true;
    }
  }
  return false;
}

}  // namespace heapscan::dump::cpython
