#include "dump/runtime/types/numbers.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/buffers.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/making.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::size_t kNumberBytes = 8;

/// The most 30-bit digits that an 8-byte number can have.
constexpr std::size_t kMostDigits = 3;

std::size_t digit_bytes(std::int64_t value) {
  const std::uint64_t magnitude =
      value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::size_t digits = 0;
  while (digits < kMostDigits && (magnitude >> (30 * digits)) != 0) {
    ++digits;
  }
  return digits * 4;
}

/// How CPython grows arrays.
std::uint64_t grown_capacity(std::uint64_t size) {
  return (size >> 4U) + (size < 8 ? 3 : 7) + size;
}

void reserve(ArrayObject* array, std::uint64_t capacity) {
  array->data = static_cast<std::byte*>(
      resize_buffer(array, array->data, array->capacity * kNumberBytes, capacity * kNumberBytes));
  array->capacity = capacity;
}

template <class Number>
Ref make_array(ObjectHeap& heap, std::span<const Number> numbers, SourcePlace place) {
  static_assert(sizeof(Number) == kNumberBytes);
  require_thread(heap);
  auto* const array = make_object<ArrayObject>(heap, heap.type(Kind::kArray), 0, place);
  Ref result = Ref::adopt(array);
  array->is_real = std::is_same_v<Number, double> ? 1 : 0;
  if (!numbers.empty()) {
    reserve(array, numbers.size());
    std::memcpy(array->data, numbers.data(), numbers.size_bytes());
    array->size = numbers.size();
  }
  return result;
}

ArrayObject* expect_array(View view, bool is_real) {
  auto* const array = expect<ArrayObject>(view, Kind::kArray);
  if ((array->is_real != 0) != is_real) {
    throw Error(ErrorKind::kUsage,
                fmt::format("the array holds {}", array->is_real != 0 ? "floats" : "integers"));
  }
  return array;
}

template <class Number>
void append_to(ArrayObject* array, Number number) {
  if (array->size == array->capacity) {
    reserve(array, grown_capacity(array->size + 1));
  }
  std::memcpy(array->data + array->size * kNumberBytes, &number, kNumberBytes);
  ++array->size;
}

}  // namespace

Ref none(ObjectHeap& heap) {
  require_thread(heap);
  return Ref(View(heap.shared.none));
}

Ref boolean(ObjectHeap& heap, bool value) {
  require_thread(heap);
  return Ref(View(heap.shared.booleans[value ? 1 : 0]));
}

Ref integer(ObjectHeap& heap, std::int64_t value, SourcePlace place) {
  require_thread(heap);
  if (value >= kSmallestSharedInt && value <= kLargestSharedInt) {
    return Ref(View(heap.shared.small_ints[static_cast<std::size_t>(value - kSmallestSharedInt)]));
  }
  return Ref::adopt(
      make_object<NumberObject>(heap, heap.type(Kind::kInt), digit_bytes(value), place,
                                [value](NumberObject& number) { number.integer = value; }));
}

std::int64_t integer_value(View object) {
  if (require_object(object)->kind() != Kind::kBool) {
    require_kind(object, Kind::kInt);
  }
  return as<NumberObject>(object.get())->integer;
}

Ref real(ObjectHeap& heap, double value, SourcePlace place) {
  require_thread(heap);
  return Ref::adopt(
      make_object<NumberObject>(heap, heap.type(Kind::kFloat), 0, place,
                                [value](NumberObject& number) { number.real = value; }));
}

namespace array {

Ref make(ObjectHeap& heap, std::span<const std::int64_t> numbers, SourcePlace place) {
  return make_array(heap, numbers, place);
}

Ref make(ObjectHeap& heap, std::span<const double> numbers, SourcePlace place) {
  return make_array(heap, numbers, place);
}

std::uint64_t size(View array) {
  return expect<ArrayObject>(array, Kind::kArray)->size;
}

void append(View array, std::int64_t number) {
  append_to(expect_array(array, false), number);
}

void append(View array, double number) {
  append_to(expect_array(array, true), number);
}

double real_at(View array, std::uint64_t position) {
  const auto* const object = expect_array(array, true);
  if (position >= object->size) {
    throw Error(ErrorKind::kUsage, fmt::format("array index {} is out of range: it has {} items",
                                               position, object->size));
  }
  double number = 0;
  std::memcpy(&number, object->data + position * kNumberBytes, kNumberBytes);
  return number;
}

}  // namespace array

}  // namespace heapscan::dump::runtime
