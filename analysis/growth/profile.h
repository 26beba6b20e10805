#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/growth/holder_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// What comparisons need from a dump, without its objects: it contains no address or value, and its
/// size depends on the variety of the program, not on that of its heap. A series of dumps is
/// compared by their profiles, with one heap in memory at a time; a baseline is a profile in a
/// file.
struct Profile {
  /// All objects of the types of one name, including unreachable ones.
  struct TypeRow {
    std::string type;
    std::uint64_t objects = 0;
    std::uint64_t size = 0;      ///< Shallow bytes.
    std::uint64_t retained = 0;  ///< If add_held() was called: counted once, as in Histogram.

    friend bool operator==(const TypeRow&, const TypeRow&) = default;
  };

  /// Unreachable cycles of one signature.
  struct CycleRow {
    std::string signature;
    std::uint64_t cycles = 0;
    std::uint64_t objects = 0;  ///< Including those that only they keep alive.
    std::uint64_t size = 0;     ///< The bytes of all these objects.
    bool has_finalizer = false;

    friend bool operator==(const CycleRow&, const CycleRow&) = default;
  };

  /// A place where memory accumulates: see analysis/suspects/suspects.h.
  struct SuspectRow {
    std::string fingerprint;
    std::string place;
    std::string type;
    std::uint64_t instances = 0;
    std::uint64_t size = 0;

    friend bool operator==(const SuspectRow&, const SuspectRow&) = default;
  };

  dump::ProcessFacts facts;
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  /// Objects with a surplus: counted references that nothing in the dump explains.
  std::uint64_t unexplained = 0;
  std::vector<TypeRow> types;    ///< Ascending by name. They add up to `objects` and `size`.
  std::vector<CycleRow> cycles;  ///< Ascending by signature.
  /// If add_held() was called; ascending by place, then type.
  std::vector<SuspectRow> suspects;
  HolderTree holders;  ///< Its nodes add up to `objects` and `size`.
  /// Not 0 if `holders` has no nodes with fewer bytes than this at and below them. See
  /// HolderTree::without_small().
  std::uint64_t least_holder = 0;

  [[nodiscard]] std::uint64_t cycle_count() const;
  [[nodiscard]] std::uint64_t cycle_size() const;
};

/// Whether both are of one process: host, pid and start time are known and agree.
[[nodiscard]] bool is_same_process(const dump::ProcessFacts& a, const dump::ProcessFacts& b);

/// Cost: a HolderTree, the unreachable cycles, and a pass over the objects.
[[nodiscard]] Profile profile_of(const dump::Heap& heap, const PathForest& paths);
[[nodiscard]] Profile profile_of(const dump::Heap& heap);

/// The same, and stores for each object the node of `holders` where it is counted.
[[nodiscard]] Profile profile_of(const dump::Heap& heap,
                                 const PathForest& paths,
                                 std::vector<NodeId>& node_of_object);

/// Adds the retained sizes of the types, and the suspects. Requires: `profile` and `paths` are of
/// `heap`. Cost: a dominator tree, and find_suspects().
void add_held(Profile& profile, const dump::Heap& heap, const PathForest& paths);

}  // namespace heapscan::analysis
