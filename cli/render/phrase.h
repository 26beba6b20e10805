#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace heapscan::cli {

/// A number of bytes in a sentence: each medium writes it in its unit.
struct Bytes {
  std::uint64_t count = 0;
};

/// A change of such a number, with its sign.
struct SignedBytes {
  std::int64_t count = 0;
};

/// A whole and its parts, largest first: "72,000 str 3.9 MiB, 6,001 dict 1.3 MiB, 3 more types 2.1
/// KiB". A medium of limited width writes as many as fit, and the sum of the others.
struct Breakdown {
  struct Part {
    std::string what;
    std::uint64_t size = 0;
  };

  std::vector<Part> parts;
  std::uint64_t size = 0;  ///< Of the whole.
  std::string noun;        ///< For parts that are not shown: "more type".
};

/// A sentence with values in it. Its strings may come out of a dump: each renderer makes them
/// harmless for its medium.
using Phrase = std::vector<std::variant<std::string, Bytes, SignedBytes, Breakdown>>;

}  // namespace heapscan::cli
