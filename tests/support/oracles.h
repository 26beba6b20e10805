#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/graph/dominators.h"
#include "dump/heap.h"

/// What the analyses must find, computed directly from the definitions: slow, but simple enough to
/// be trusted.
namespace heapscan::tests {

/// For each object, whether a path of strong references leads from a root to it that avoids
/// `removed`, which may be none.
[[nodiscard]] std::vector<bool> reachable_without(const dump::Heap& heap, dump::ObjectId removed);

/// The objects on a path of strong references from a root.
[[nodiscard]] analysis::ObjectSet reachable_objects(const dump::Heap& heap);

/// The dominator tree, found by removing each object in turn and seeing what becomes unreachable.
/// Cost: objects times references.
[[nodiscard]] analysis::DominatorTree dominators_by_removal(const dump::Heap& heap);

/// The dominator tree, found by boost::lengauer_tarjan_dominator_tree on the heap as a Boost graph.
/// Requires: fewer than 100,000 objects, because Boost recurses as deep as the heap.
[[nodiscard]] analysis::DominatorTree dominators_by_boost(const dump::Heap& heap);

/// The same heap with one more object at the end, which refers to the object of every root: the
/// virtual root made explicit.
[[nodiscard]] dump::Heap with_root_object(const dump::Heap& heap);

/// For each type name, the sum of the retained sizes of the instances that no other of them
/// dominates.
[[nodiscard]] std::map<std::string, std::uint64_t> retained_by_name(
    const dump::Heap& heap, const analysis::DominatorTree& dominators);

}  // namespace heapscan::tests
