#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/cpython/objects/object_reader.h"

namespace heapscan::dump::cpython {

/// What a code object says about itself.
class CodeReader {
 public:
  /// Of the code object at `address`.
  CodeReader(const ObjectReader& reader, std::uint64_t address)
      : reader_(reader), address_(address) {}

  [[nodiscard]] std::string qualname(std::size_t limit) const;
  [[nodiscard]] std::string file() const;

  /// The names of its free variables, str objects, in the order of a closure's items. None when the
  /// code is damaged.
  [[nodiscard]] std::vector<std::uint64_t> free_variables() const;

  /// The line of the instruction at `instruction`, an address within the code; 0 when the code does
  /// not say.
  [[nodiscard]] std::uint32_t line(std::uint64_t instruction) const;

  /// Where the first instruction is.
  [[nodiscard]] std::uint64_t first_instruction() const;

 private:
  [[nodiscard]] std::uint32_t first_line() const;

  const ObjectReader& reader_;
  std::uint64_t address_;
};

}  // namespace heapscan::dump::cpython
