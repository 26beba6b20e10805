#pragma once

#include <cstdint>

namespace heapscan::analysis {

/// Sizes of a runtime's objects on 64-bit machines: what an object of a given content takes at
/// least. CPython's are those that sys.getsizeof reports, checked against interpreters in
/// tests/end_to_end. The defaults are those of most versions of CPython.
struct ObjectSizes {
  std::uint64_t list = 56;           ///< An empty list; 8 bytes more for each item of its capacity.
  std::uint64_t dict = 64;           ///< A hash table without its slots.
  std::uint64_t table = 32;          ///< The header of the slots.
  bool narrow_text_entries = true;   ///< Tables with string keys only have entries of 16 bytes.
  std::uint64_t array = 80;          ///< An empty array of unboxed numbers.
  std::uint64_t object = 32;         ///< An instance with fixed slots, without any attribute.
  std::uint64_t instance = 48;       ///< An instance of a plain class, without its attributes.
  std::uint64_t weak_slot = 8;       ///< For weak references to an instance with fixed slots.
  bool separate_values = false;      ///< Attributes without a table are in a separate block.
  std::uint64_t largest_int64 = 32;  ///< An integer object up to this size fits into 64 bits.
  /// The maximum size of the values of a hash table that shares its keys.
  std::uint64_t most_shared_values = std::uint64_t{30} * 8;

  /// Bytes of a hash table's slots and entries if it has 2^log2_slots slots.
  [[nodiscard]] std::uint64_t table_size(unsigned log2_slots, bool text_keys) const;
};

/// The number of entries that fit in a hash table with 2^log2_slots slots.
[[nodiscard]] std::uint64_t table_room(unsigned log2_slots);

/// The smallest table that this many entries fit in: the size of a rebuilt table.
[[nodiscard]] unsigned smallest_table(std::uint64_t entries);

}  // namespace heapscan::analysis
