// Sparse hash tables and lists with spare capacity: memory that a copy of the container would not
// need.
//
// A table has 8, 16, 32... slots; it grows when an insertion finds it full, and deleting never
// shrinks it. A table rebuilt with the same entries has the smallest number of slots that they fit
// in. The dump has the size of the object and the number of its entries; the number of slots
// follows from the size, because each gives a different one. If two match, or none, nothing is
// reported. That excludes objects without slots of their own: tables of attributes that share their
// keys with others, whose entries have no references to the keys.
//
// A list has 8 bytes per item of its capacity. A copy has exactly the capacity for its items.
#include <optional>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

using dump::ReferenceKind;

/// A table of this size.
struct Table {
  unsigned log2_slots = 0;
  bool text_keys = false;
};

std::optional<Table> table_of_size(const ObjectSizes& sizes, std::uint64_t size) {
  constexpr unsigned kSmallest = 3;
  constexpr unsigned kLargest = 40;
  std::optional<Table> found;
  for (unsigned log2_slots = kSmallest; log2_slots <= kLargest; ++log2_slots) {
    for (const bool text_keys : {false, true}) {
      if (sizes.table_size(log2_slots, text_keys) != size ||
          (text_keys && !sizes.narrow_text_entries)) {
        continue;
      }
      if (found) {
        return std::nullopt;
      }
      found = Table{log2_slots, text_keys};
    }
  }
  return found;
}

struct Entries {
  std::uint64_t keys = 0;
  std::uint64_t values = 0;
};

Entries entries_of(const Heap& heap, ObjectId dict) {
  Entries entries;
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(dict); ++ordinal) {
    const ReferenceKind kind = heap.reference(dict, ordinal).kind;
    entries.keys += kind == ReferenceKind::kKey ? 1U : 0U;
    entries.values += kind == ReferenceKind::kValue ? 1U : 0U;
  }
  return entries;
}

std::uint64_t saved_by_rebuilding(const Heap& heap, const ObjectSizes& sizes, ObjectId dict) {
  const Entries entries = entries_of(heap, dict);
  const std::uint64_t size = heap.size(dict);
  if (size <= sizes.dict || entries.keys != entries.values) {
    return 0;
  }
  const std::uint64_t before = size - sizes.dict;
  if (entries.keys == 0 && before <= sizes.most_shared_values) {
    return 0;
  }
  const std::optional<Table> table = table_of_size(sizes, before);
  if (!table || table_room(table->log2_slots) < entries.keys) {
    return 0;
  }
  const std::uint64_t after =
      entries.keys == 0 ? 0 : sizes.table_size(smallest_table(entries.keys), table->text_keys);
  return before > after ? before - after : 0;
}

}  // namespace

void find_sparse_dicts(WasteSearch& search, const ObjectSizes& sizes) {
  for (const ObjectId id : search.heap().objects()) {
    if (search.is(id, TypeRole::kHashTable) && search.reached(id) && !search.taken().contains(id)) {
      search.add(WasteKind::kSparseDict, id, saved_by_rebuilding(search.heap(), sizes, id));
    }
  }
}

void find_spare_room(WasteSearch& search, const ObjectSizes& sizes) {
  constexpr std::uint64_t kItem = 8;
  const Heap& heap = search.heap();
  for (const ObjectId id : heap.objects()) {
    if (search.is(id, TypeRole::kList) && search.reached(id) && !search.taken().contains(id)) {
      const std::uint64_t needed = sizes.list + heap.out_degree(id) * kItem;
      search.add(WasteKind::kSpareRoom, id, heap.size(id) > needed ? heap.size(id) - needed : 0);
    }
  }
}

}  // namespace heapscan::analysis
