#include "dump/cpython/objects/builtin/numbers.h"

#include <algorithm>

#include <fmt/format.h>

#include "dump/cpython/objects/builtin/families.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/model/type_info.h"

// int, bool, float, complex.
namespace heapscan::dump::cpython {
namespace {

// PyLongObject, PyFloatObject.
constexpr std::uint64_t kIntDigits = 24;
constexpr std::uint64_t kFloatValue = 16;

constexpr unsigned kBitsOfDigit = 30;

/// Sign and length of an int object; its digits are at kIntDigits.
struct IntObject {
  std::uint64_t digits = 0;
  bool negative = false;
};

/// The int object at `address`. The length is arbitrary if it is not an int.
IntObject read_int_object(const ObjectReader& reader, Address address) {
  constexpr std::uint64_t kSign = 3;
  constexpr std::uint64_t kNegativeSign = 2;
  constexpr unsigned kSignBits = 3;
  const std::uint64_t word = reader.word(address + offset::kSize);
  if (reader.layout().ints == IntForm::kTag) {
    return {word >> kSignBits, (word & kSign) == kNegativeSign};
  }
  const bool negative = static_cast<std::int64_t>(word) < 0;
  return {negative ? ~word + 1 : word, negative};
}

std::uint64_t digit(const ObjectReader& reader, Address object, std::uint64_t place) {
  return reader.read_or<std::uint32_t>(object + kIntDigits + place * 4, 0);
}

std::uint64_t int_size(const ObjectReader& reader, Address object, const TypeInfo& /*type*/) {
  return kIntDigits + std::max<std::uint64_t>(read_int_object(reader, object).digits,
                                              reader.layout().zero_has_digit ? 1 : 0) *
                          4;
}

/// Decimal up to 64 bits; beyond that, only the size.
std::optional<std::string> int_preview(const ObjectReader& reader, Address object) {
  constexpr std::uint64_t kMostDigits = std::uint64_t{1} << 32U;
  const auto [digits, negative] = read_int_object(reader, object);
  if (digits > kMostDigits) {
    return std::nullopt;
  }
  if (digits > 3 || (digits == 3 && digit(reader, object, 2) > 0xF)) {
    return fmt::format("int of about {} bits", digits * kBitsOfDigit);
  }
  std::uint64_t magnitude = 0;
  for (std::uint64_t place = digits; place-- > 0;) {
    magnitude = (magnitude << kBitsOfDigit) | digit(reader, object, place);
  }
  return (negative ? "-" : "") + std::to_string(magnitude);
}

std::optional<std::string> bool_preview(const ObjectReader& reader, Address object) {
  return int_value(reader, object) != 0 ? "True" : "False";
}

std::optional<std::string> float_preview(const ObjectReader& reader, Address object) {
  return fmt::format("{}", reader.read_or<double>(object + kFloatValue, 0));
}

constexpr TypeTraits kInt = {.size = int_size, .value = int_preview, .sized_by_value = true};
constexpr TypeTraits kBool = {
    .size = int_size, .value = bool_preview, .describe = mark_singletons, .sized_by_value = true};
constexpr TypeTraits kFloat = {.value = float_preview};

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"float", since(8), 24, kFloat},
    {"complex", since(8), 32},
    {"int", since(8), 24, kInt},
    {"bool", since(8).until(11), 32, kBool},
    {"bool", since(12), 24, kBool},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> number_layouts() {
  return kLayouts;
}

std::uint64_t int_value(const ObjectReader& reader, Address address) {
  const IntObject number = read_int_object(reader, address);
  if (!address || number.negative || number.digits < 1 || number.digits > 2) {
    return 0;
  }
  return digit(reader, address, 0) |
         (number.digits == 2 ? digit(reader, address, 1) << kBitsOfDigit : 0);
}

}  // namespace heapscan::dump::cpython
