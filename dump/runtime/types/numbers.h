#pragma once

#include <cstdint>
#include <span>

#include "dump/runtime/objects/ref.h"
#include "dump/runtime/tracing/source_place.h"

namespace heapscan::dump::runtime {

[[nodiscard]] Ref none(ObjectHeap& heap);

[[nodiscard]] Ref boolean(ObjectHeap& heap, bool value);

/// Integers from -5 to 256 are shared.
[[nodiscard]] Ref integer(ObjectHeap& heap,
                          std::int64_t value,
                          SourcePlace place = SourcePlace::current());

/// The value of an int or bool.
[[nodiscard]] std::int64_t integer_value(View object);

[[nodiscard]] Ref real(ObjectHeap& heap, double value, SourcePlace place = SourcePlace::current());

/// An array of numbers of 8 bytes each, which are not objects.
namespace array {

[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::span<const std::int64_t> numbers,
                       SourcePlace place = SourcePlace::current());
[[nodiscard]] Ref make(ObjectHeap& heap,
                       std::span<const double> numbers,
                       SourcePlace place = SourcePlace::current());

[[nodiscard]] std::uint64_t size(View array);

/// The number must have the array's type.
void append(View array, std::int64_t number);
void append(View array, double number);
[[nodiscard]] double real_at(View array, std::uint64_t position);

}  // namespace array

}  // namespace heapscan::dump::runtime
