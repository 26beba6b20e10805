#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// Which paths to and from an object, or to the objects of a type, `heapscan inspect` shows in
/// place of the object or the type itself; at most one.
struct PathOptions {
  std::size_t paths = 0;        ///< With --object: how many paths; 0: none.
  std::uint32_t referrers = 0;  ///< With --object: to this depth; 0: none.
  std::uint32_t referents = 0;
  bool tree = false;  ///< With --type.

  [[nodiscard]] bool of_object() const { return paths != 0 || referrers != 0 || referents != 0; }
};

/// Requires: paths.of_object().
[[nodiscard]] Page object_paths_page(const AnalyzedHeap& view,
                                     dump::ObjectId id,
                                     const PathOptions& paths,
                                     const PageOptions& options);

/// The paths to all objects of a type.
[[nodiscard]] Page type_paths_page(const dump::Heap& heap,
                                   const std::string& type,
                                   const PageOptions& options);

}  // namespace heapscan::cli
