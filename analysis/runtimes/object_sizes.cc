#include "analysis/runtimes/object_sizes.h"

namespace heapscan::analysis {
namespace {

constexpr unsigned kSmallestTable = 3;

std::uint64_t index_size(unsigned log2_slots) {
  constexpr unsigned kByte = 8;
  constexpr unsigned kShort = 16;
  constexpr unsigned kWord = 32;
  return log2_slots < kByte ? 1 : log2_slots < kShort ? 2 : log2_slots < kWord ? 4 : 8;
}

}  // namespace

std::uint64_t ObjectSizes::table_size(unsigned log2_slots, bool text_keys) const {
  const std::uint64_t entry = text_keys && narrow_text_entries ? 16 : 24;
  return table + (index_size(log2_slots) << log2_slots) + table_room(log2_slots) * entry;
}

std::uint64_t table_room(unsigned log2_slots) {
  return (std::uint64_t{2} << log2_slots) / 3;
}

unsigned smallest_table(std::uint64_t entries) {
  unsigned log2_slots = kSmallestTable;
  while (table_room(log2_slots) < entries) {
    ++log2_slots;
  }
  return log2_slots;
}

}  // namespace heapscan::analysis
