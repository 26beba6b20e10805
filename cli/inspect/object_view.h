#pragma once

#include <ostream>
#include <vector>

#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "cli/render/json.h"

namespace heapscan::cli {

/// What `heapscan inspect DUMP --object ADDRESS` tells about one object.
struct ObjectView {
  dump::ObjectId object;
  std::int64_t surplus = 0;
  std::vector<dump::Root> roots;               ///< Those that hold the object itself.
  std::vector<dump::Referrer> referrers;       ///< Largest holders first.
  std::vector<dump::Referrer> referents;       ///< In the object's own order.
  std::vector<dump::WeakReference> weak_to;    ///< Weak references to it,
  std::vector<dump::WeakReference> weak_from;  ///< and those that it has.
};

[[nodiscard]] ObjectView object_view_of(const AnalyzedHeap& view, dump::ObjectId object);

void print_object(std::ostream& out,
                  const AnalyzedHeap& view,
                  const ObjectView& object,
                  const TextStyle& style);

[[nodiscard]] Json json_object_view(const AnalyzedHeap& view,
                                    const ObjectView& object,
                                    std::size_t limit);

/// "gc-tracked, generation 2, has a finalizer", or "none".
[[nodiscard]] std::string flags_text(dump::ObjectFlags flags);

}  // namespace heapscan::cli
