#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// What `heapscan inspect DUMP --object ADDRESS` shows about one object.
struct ObjectView {
  dump::ObjectId object;
  std::int64_t surplus = 0;
  std::vector<dump::Root> roots;               ///< Those that hold the object itself.
  std::vector<dump::Referrer> referrers;       ///< By descending retained size.
  std::vector<dump::Referrer> referents;       ///< In the object's own order.
  std::vector<dump::WeakReference> weak_to;    ///< Weak references to it,
  std::vector<dump::WeakReference> weak_from;  ///< and those that it has.
};

[[nodiscard]] ObjectView object_view_of(const AnalyzedHeap& view, dump::ObjectId object);

/// Its main table is that of the referrers.
[[nodiscard]] Page object_page(const AnalyzedHeap& view,
                               const ObjectView& object,
                               const PageOptions& options);

/// "gc-tracked, generation 2, has a finalizer", or "none".
[[nodiscard]] std::string flags_text(dump::ObjectFlags flags);

}  // namespace heapscan::cli
