#include "analysis/waste/python_sizes.h"

#include <charconv>
#include <string_view>
#include <system_error>

namespace heapscan::analysis {
namespace {

constexpr unsigned kSmallestTable = 3;

/// 11 of "3.11.2"; nothing unless it is a version 3.
std::optional<unsigned> minor_version(std::string_view version) {
  constexpr std::string_view kMajor = "3.";
  if (!version.starts_with(kMajor)) {
    return std::nullopt;
  }
  unsigned minor = 0;
  const char* const begin = version.data() + kMajor.size();
  const auto [rest, error] = std::from_chars(begin, version.data() + version.size(), minor);
  return error == std::errc() && rest != begin ? std::optional(minor) : std::nullopt;
}

std::uint64_t index_size(unsigned log2_slots) {
  constexpr unsigned kByte = 8;
  constexpr unsigned kShort = 16;
  constexpr unsigned kWord = 32;
  return log2_slots < kByte ? 1 : log2_slots < kShort ? 2 : log2_slots < kWord ? 4 : 8;
}

}  // namespace

std::optional<PythonSizes> PythonSizes::of(const dump::ProcessFacts& facts) {
  constexpr unsigned kOldest = 8;
  constexpr unsigned kNewest = 14;
  const std::optional<unsigned> minor = minor_version(facts.version);
  if (facts.runtime != "CPython" || !minor || *minor < kOldest || *minor > kNewest) {
    return std::nullopt;
  }
  PythonSizes sizes;
  sizes.separate_values = *minor == 11 || *minor == 12;
  if (*minor < 10) {
    sizes.array = 64;  // Not tracked by the collector before 3.10.
  }
  if (*minor < 11) {
    sizes.table = 40;
    sizes.narrow_text_entries = false;
  }
  if (*minor == 11) {
    sizes.instance = 56;  // The reference to its dict lies before it, __weakref__ in it.
  }
  if (*minor >= 12) {
    sizes.weak_slot = 16;  // Before it, in a pair of words.
  }
  return sizes;
}

std::uint64_t PythonSizes::table_size(unsigned log2_slots, bool text_keys) const {
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
