#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/objects/model/object_reader.h"

namespace heapscan::dump::cpython {

/// Bits of a code object's co_localspluskinds.
inline constexpr std::uint8_t kCellVariable = 0x40;
inline constexpr std::uint8_t kFreeVariable = 0x80;

/// Reads the contents of a code object.
class CodeReader {
 public:
  /// Reads the code object at `address`.
  CodeReader(const ObjectReader& reader, Address address) : reader_(reader), address_(address) {}

  [[nodiscard]] std::string qualname(std::size_t limit) const;
  [[nodiscard]] std::string file() const;

  /// The names of its free variables, str objects, in the order of a closure's items. Empty if the
  /// code is damaged.
  [[nodiscard]] std::vector<Address> free_variables() const;

  /// The line of the instruction at `instruction`, an address within the code; 0 if the code does
  /// not record it.
  [[nodiscard]] std::uint32_t line(Address instruction) const;

  /// Where the first instruction is.
  [[nodiscard]] Address first_instruction() const;

 private:
  [[nodiscard]] std::uint32_t first_line() const;

  const ObjectReader& reader_;
  Address address_;
};

}  // namespace heapscan::dump::cpython
