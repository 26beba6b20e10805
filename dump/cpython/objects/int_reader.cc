#include "dump/cpython/objects/int_reader.h"

#include "dump/cpython/objects/object_layout.h"

namespace heapscan::dump::cpython {

IntObject read_int_object(const ObjectReader& reader, std::uint64_t address) {
  constexpr std::uint64_t kSign = 3;
  constexpr std::uint64_t kNegativeSign = 2;
  constexpr unsigned kSignBits = 3;
  const std::uint64_t word = reader.pointer(address + offset::kSize);
  if (reader.layout().ints == IntForm::kTag) {
    return {word >> kSignBits, (word & kSign) == kNegativeSign};
  }
  const bool negative = static_cast<std::int64_t>(word) < 0;
  return {negative ? ~word + 1 : word, negative};
}

std::uint64_t int_value(const ObjectReader& reader, std::uint64_t address) {
  const IntObject number = read_int_object(reader, address);
  if (address == 0 || number.negative || number.digits < 1 || number.digits > 2) {
    return 0;
  }
  constexpr unsigned kBitsOfDigit = 30;
  const auto digit = [&](std::uint64_t place) {
    return std::uint64_t{
        reader.read_or<std::uint32_t>(address + offset::kIntDigits + place * 4, 0)};
  };
  return digit(0) | (number.digits == 2 ? digit(1) << kBitsOfDigit : 0);
}

}  // namespace heapscan::dump::cpython
