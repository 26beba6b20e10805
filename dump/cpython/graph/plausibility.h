#pragma once

#include <cstdint>

#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/model/type_info.h"
#include "dump/cpython/target/address.h"

/// Checks that distinguish objects from other memory that starts like one: freed memory, strings,
/// tables.
namespace heapscan::dump::cpython {

/// Whether the memory at `object`, which starts like an object of the type, can be one.
[[nodiscard]] bool is_plausible(const ObjectReader& reader, Address object, const TypeInfo& type);

/// Whether an object that starts `before` bytes into a block of the allocator can be what was
/// allocated there. Requires: is_plausible().
[[nodiscard]] bool fits_block(const ObjectReader& reader,
                              Address object,
                              const TypeInfo& type,
                              std::uint64_t before,
                              std::uint32_t block_size);

/// Whether the dict object at `dict` is a table of interned strings: strings that map to
/// themselves. Its references are not counted, and it drops a string once nothing else holds it.
[[nodiscard]] bool is_like_interned_table(const ObjectReader& reader, Address dict);

}  // namespace heapscan::dump::cpython
