#pragma once

#include <cstdint>
#include <optional>

#include "dump/process_facts.h"

namespace heapscan::analysis {

/// Sizes of CPython's objects on 64-bit machines, as sys.getsizeof counts them: what an object of a
/// given content must take at least. Checked against interpreters in tests/end_to_end.
struct PythonSizes {
  std::uint64_t list = 56;   ///< An empty list; 8 bytes more for each item that it has room for.
  std::uint64_t dict = 64;   ///< A dict without a table.
  std::uint64_t table = 32;  ///< The head of a dict's table.
  bool narrow_text_entries = true;  ///< Tables with str keys only have entries of 16 bytes.
  std::uint64_t array = 80;         ///< An empty array.array.
  std::uint64_t object = 32;        ///< An instance without attributes, by __slots__.
  std::uint64_t instance = 48;      ///< An instance of a plain class, without its attributes.
  std::uint64_t weak_slot = 8;      ///< For __weakref__ among the __slots__.
  bool separate_values = false;     ///< Attributes without a dict lie in a block of their own.

  /// Nothing for a runtime or version whose sizes are not known.
  [[nodiscard]] static std::optional<PythonSizes> of(const dump::ProcessFacts& facts);

  /// Bytes of a dict's table with 2^log2_slots slots.
  [[nodiscard]] std::uint64_t table_size(unsigned log2_slots, bool text_keys) const;
};

/// Entries that a dict's table with 2^log2_slots slots has room for.
[[nodiscard]] std::uint64_t table_room(unsigned log2_slots);

/// The smallest table in which so many entries fit: what a dict gets that is built anew.
[[nodiscard]] unsigned smallest_table(std::uint64_t entries);

}  // namespace heapscan::analysis
