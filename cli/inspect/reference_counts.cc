#include "cli/inspect/reference_counts.h"

#include <vector>

#include "dump/native_roots.h"

namespace heapscan::cli {

using dump::ObjectFlags;
using dump::ObjectId;

ReferenceCounts check_reference_counts(const dump::Heap& heap) {
  const std::vector<std::int64_t> surplus = dump::surplus_counts(heap);
  ReferenceCounts counts;
  for (const ObjectId id : heap.objects()) {
    const ObjectFlags flags = heap.flags(id);
    counts.conservative += flags.has(ObjectFlags::kConservative) ? 1U : 0U;
    if (heap.refcount(id) == dump::kImmortal || flags.has(ObjectFlags::kSynthetic)) {
      continue;
    }
    ++counts.checked;
    counts.explained += surplus[id.value()] == 0 ? 1U : 0U;
    counts.held_outside += surplus[id.value()] > 0 ? 1U : 0U;
  }
  return counts;
}

}  // namespace heapscan::cli
