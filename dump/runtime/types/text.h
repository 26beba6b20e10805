#pragma once

#include <cstdint>
#include <string_view>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

/// A new str.
[[nodiscard]] Ref make_str(ObjectHeap& heap, std::string_view text, SourcePlace place);

/// Strings, in UTF-8. Their sizes are CPython's for ASCII; CPython stores other strings in 1, 2 or
/// 4 bytes per character.
namespace str {

/// Strings of one character and those that look like identifiers are interned; others are new
/// objects.
[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::string_view text,
                       SourcePlace place = SourcePlace::current());

/// Always a new object, like strings that a program reads or computes.
[[nodiscard]] Ref make_unshared(ObjectHeap& heap,
                                std::string_view text,
                                SourcePlace place = SourcePlace::current());

/// The interned string that equals this one, or this one, which is interned from then on. The table
/// of interned strings holds no references: a string that is no longer used dies.
[[nodiscard]] Ref intern(View str);
[[nodiscard]] bool is_interned(View str);

/// Valid for as long as the object lives.
[[nodiscard]] std::string_view value(View str);

}  // namespace str

namespace bytes {

[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::string_view value,
                       SourcePlace place = SourcePlace::current());

}  // namespace bytes

}  // namespace heapscan::dump::runtime
