// Empty containers: if there are many of one type in one place, most of them may never get an item,
// and a program could create them once they do. What is saved is the container; the spare capacity
// of a list and the table of a dict are counted as such if the sizes are known.
//
// The table of a module's, class's or instance's attributes is not one of the program's containers.
#include <algorithm>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

using dump::Reference;
using dump::ReferenceKind;

bool is_content(ReferenceKind kind) {
  return kind == ReferenceKind::kItem || kind == ReferenceKind::kKey ||
         kind == ReferenceKind::kValue;
}

bool is_empty(const Heap& heap, ObjectId id) {
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
    if (is_content(heap.reference(id, ordinal).kind)) {
      return false;
    }
  }
  return true;
}

/// The size of the container itself, without what another kind of waste counts.
std::uint64_t own_size(const WasteSearch& search, ObjectId id, const ObjectSizes* sizes) {
  const std::uint64_t size = search.heap().size(id);
  if (sizes != nullptr && search.is(id, TypeRole::kList)) {
    return std::min(size, sizes->list);
  }
  if (sizes != nullptr && search.is(id, TypeRole::kHashTable)) {
    return std::min(size, sizes->dict);
  }
  return size;
}

}  // namespace

void find_empty_containers(WasteSearch& search, const ObjectSizes* sizes) {
  const Heap& heap = search.heap();
  ObjectSet attribute_tables(heap.object_count());
  for (const ObjectId id : heap.objects()) {
    for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
      const Reference reference = heap.reference(id, ordinal);
      if (!is_content(reference.kind) && search.types().is_attribute_table(reference)) {
        attribute_tables.insert(reference.target);
      }
    }
  }
  for (const ObjectId id : heap.objects()) {
    if (search.is(id, TypeRole::kContainer) && search.reached(id) &&
        !attribute_tables.contains(id) && is_empty(heap, id)) {
      search.add(WasteKind::kEmptyContainer, id, own_size(search, id, sizes));
    }
  }
}

}  // namespace heapscan::analysis
