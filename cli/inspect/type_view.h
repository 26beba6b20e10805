#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/input/analyzed_heap.h"
#include "cli/render/page.h"

namespace heapscan::cli {

/// What `heapscan inspect DUMP --type NAME` shows about the objects of one type.
struct TypeView {
  /// Instances that have something in common: the type that refers to them, or their path.
  struct Group {
    std::string name;
    std::uint64_t instances = 0;
    std::uint64_t size = 0;  ///< Their shallow bytes.
  };

  std::string name;
  std::uint64_t instances = 0;
  std::uint64_t unreachable = 0;
  std::uint64_t size = 0;
  std::uint64_t retained = 0;
  /// Instances in generations 0, 1, 2, frozen, and not gc-tracked.
  std::array<std::uint64_t, 5> generations = {};
  std::vector<dump::ObjectId> biggest;  ///< By descending retained size.
  /// By descending instances: "dict value", "list item", the type of the referrer and the kind of
  /// the reference. An instance with several referrers is in several groups.
  std::vector<Group> referrers;
  std::vector<Group> paths;   ///< By path signature, of `sampled` instances.
  std::uint64_t sampled = 0;  ///< Fewer than `instances` if there are very many.
};

/// `limit`: instances to list, 0 for all.
[[nodiscard]] TypeView type_view_of(const AnalyzedHeap& view,
                                    const std::string& type,
                                    std::size_t limit);

/// Its main table is that of the largest instances.
[[nodiscard]] Page type_page(const AnalyzedHeap& view,
                             const TypeView& type,
                             const PageOptions& options);

}  // namespace heapscan::cli
