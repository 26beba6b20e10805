#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/console/result.h"
#include "cli/input/analyzed_heap.h"
#include "dump/heap.h"

namespace heapscan::cli {

/// What `heapscan inspect` shows of the paths to and from an object or the objects of a type, in
/// place of the object or the type itself; at most one.
struct PathOptions {
  std::size_t paths = 0;        ///< With --object: so many paths, 0 for none.
  std::uint32_t referrers = 0;  ///< With --object: so many references far, 0 for none.
  std::uint32_t referents = 0;
  bool tree = false;  ///< With --type.

  [[nodiscard]] bool of_object() const { return paths != 0 || referrers != 0 || referents != 0; }
};

/// Requires: options.of_object(). `dump`: its path, for JSON.
void show_object_paths(Result& result,
                       const AnalyzedHeap& view,
                       dump::ObjectId id,
                       const PathOptions& options,
                       const std::string& dump);

void show_path_tree(Result& result,
                    const dump::Heap& heap,
                    const std::string& type,
                    const std::string& dump);

}  // namespace heapscan::cli
