#include "dump/cpython/interpreter/allocation_traces.h"

#include <algorithm>
#include <bit>

#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/object_header.h"

namespace heapscan::dump::cpython {
namespace {

// _Py_hashtable_t and its entries, of CPython 3.9 to 3.13.
constexpr std::uint64_t kEntryCount = 0;
constexpr std::uint64_t kBucketCount = 8;
constexpr std::uint64_t kBuckets = 16;
constexpr std::uint64_t kTableSize = 80;
constexpr std::uint64_t kLeastBuckets = 16;
constexpr std::uint64_t kMostBuckets = std::uint64_t{1} << 32U;
constexpr std::uint64_t kNextEntry = 0;
constexpr std::uint64_t kEntryHash = 8;
constexpr std::uint64_t kEntryKey = 16;
constexpr std::uint64_t kEntryValue = 24;
constexpr std::uint64_t kEntrySize = 32;

// trace_t, traceback_t and frame_t, which is packed.
constexpr std::uint64_t kTraceTraceback = 8;
constexpr std::uint64_t kTracebackDepth = 8;
constexpr std::uint64_t kTracebackFile = 12;
constexpr std::uint64_t kTracebackLine = 20;

/// _Py_HashPointerRaw: the lowest bits of an address carry little information.
std::uint64_t hash_of(Address address) {
  return std::rotr(address.value(), 4);
}

}  // namespace

AllocationTraces::AllocationTraces(const ObjectReader& reader,
                                   TypeTable& types,
                                   std::span<const StaticData> data)
    : reader_(reader) {
  if (!reader_.layout().trace_pointers) {
    return;
  }
  for (const StaticData& variables : data) {
    if (variables.file != data.front().file) {
      return;  // Not a table of the interpreter.
    }
    for (Address place = variables.range.begin; place + 8 <= variables.range.end; place += 8) {
      const Address word = reader_.pointer(place);
      const std::optional<Table> table = is_aligned(word, 16) ? table_at(word) : std::nullopt;
      if (table && has_traces(*table, types)) {
        read(*table);
        return;
      }
    }
  }
}

std::optional<TracedLine> AllocationTraces::find(Address block) const {
  const auto found = lines_.find(block);
  return found == lines_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<AllocationTraces::Table> AllocationTraces::table_at(Address address) const {
  if (!address || reader_.bytes(address, kTableSize) == nullptr) {
    return std::nullopt;
  }
  const Table table = {reader_.word(address + kEntryCount), reader_.pointer(address + kBuckets),
                       reader_.word(address + kBucketCount)};
  if (table.entries == 0 || table.bucket_count < kLeastBuckets ||
      table.bucket_count > kMostBuckets || !std::has_single_bit(table.bucket_count) ||
      reader_.bytes(table.buckets, table.bucket_count * 8) == nullptr) {
    return std::nullopt;
  }
  return table;
}

std::optional<TracedLine> AllocationTraces::trace_of(Address entry) const {
  const Address traceback = reader_.pointer(reader_.pointer(entry + kEntryValue) + kTraceTraceback);
  const auto file = reader_.read<Address>(traceback + kTracebackFile);
  const auto line = reader_.read<std::uint32_t>(traceback + kTracebackLine);
  if (!traceback || !file || !line ||
      reader_.read_or<std::uint16_t>(traceback + kTracebackDepth, 0) == 0) {
    return std::nullopt;
  }
  return TracedLine{*file, *line};
}

bool AllocationTraces::is_text(Address object, TypeTable& types) const {
  const TypeInfo* const type = types.find(reader_.pointer(object + offset::kType));
  return type != nullptr && cpython::is_text(*type);
}

/// Whether the first entries are traces. Tables with other keys have other hashes.
bool AllocationTraces::has_traces(const Table& table, TypeTable& types) const {
  constexpr int kEnough = 8;
  int seen = 0;
  for (std::uint64_t bucket = 0; bucket < table.bucket_count && seen < kEnough; ++bucket) {
    const Address entry = reader_.pointer(table.buckets + bucket * 8);
    if (!entry) {
      continue;
    }
    const std::uint64_t hash = reader_.word(entry + kEntryHash);
    const std::optional<TracedLine> line = trace_of(entry);
    if (hash != hash_of(reader_.pointer(entry + kEntryKey)) ||
        hash % table.bucket_count != bucket || !line || !is_text(line->file, types)) {
      return false;
    }
    ++seen;
  }
  return seen > 0;
}

void AllocationTraces::read(const Table& table) {
  std::uint64_t entries_left = table.entries;
  for (std::uint64_t bucket = 0; bucket < table.bucket_count; ++bucket) {
    Address entry = reader_.pointer(table.buckets + bucket * 8);
    while (entry && entries_left > 0 && reader_.bytes(entry, kEntrySize) != nullptr) {
      --entries_left;
      if (const std::optional<TracedLine> line = trace_of(entry)) {
        lines_.emplace(reader_.pointer(entry + kEntryKey), *line);
      }
      entry = reader_.pointer(entry + kNextEntry);
    }
  }
}

}  // namespace heapscan::dump::cpython
