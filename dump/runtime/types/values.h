#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dump/runtime/objects/ref.h"

namespace heapscan::dump::runtime {

/// The hash of a value that can be a key: by value for numbers, strings, bytes and tuples of them
/// (equal numbers hash alike, whatever their type), by identity for the rest. Throws Error(kUsage)
/// "unhashable type: 'list'" for mutable types. No recursion.
[[nodiscard]] std::int64_t hash_of(Object* object);

/// Whether two objects are the same key. No recursion.
[[nodiscard]] bool equal_keys(Object* a, Object* b);

/// What sys.getsizeof returns: the bytes that the object itself owns.
[[nodiscard]] std::uint64_t getsizeof(View object);

/// The exact reference count: the caller's Refs count, the View does not.
[[nodiscard]] std::uint64_t getrefcount(View object);

[[nodiscard]] Kind kind_of(View object);

/// As Python shows it.
[[nodiscard]] std::string_view type_name(View object);

}  // namespace heapscan::dump::runtime
