#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/graph/paths.h"
#include "analysis/runtimes/heap_types.h"
#include "analysis/suspects/big_objects.h"
#include "analysis/suspects/owner_tree.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// A row of HeldGroups.
using HeldGroupId = dump::Index<struct HeldGroupTag>;

/// Small objects that no other object collects, grouped by what holds them: native code, by type;
/// running functions, by thread and function, or by thread; a module or class, by type, except
/// code. Only groups that together keep at least the threshold of big objects.
class HeldGroups {
 public:
  enum class Kind : std::uint8_t { kNative, kFrame, kThread, kNamespace };

  struct Group {
    Kind kind = Kind::kNative;
    ObjectId holder;     ///< The module, the class or its table of attributes, for kNamespace.
    std::string thread;  ///< For kFrame and kThread.
    std::string call;    ///< "serve()", for kFrame.
    dump::TypeId type;   ///< For kNative and kNamespace.
    std::uint64_t size = 0;
    std::uint64_t retained = 0;
  };

  /// Cost: one pass over the objects that have no owner, or a namespace as their owner.
  HeldGroups(const Heap& heap,
             const DominatorTree& dominators,
             const PathForest& paths,
             const OwnerTree& owners,
             const BigObjects& big);

  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }

  /// The group of an object that is not big and whose owner is none or a namespace; none if it has
  /// no group.
  [[nodiscard]] HeldGroupId group_of(ObjectId id) const;

 private:
  struct Sum {
    std::uint64_t size = 0;
    std::uint64_t retained = 0;
    HeldGroupId group;
  };

  using Call = std::pair<std::string, std::string>;  // Thread and function, or empty: all of them.

  [[nodiscard]] static Call call_of(std::string_view label, dump::RootKind kind);

  [[nodiscard]] bool is_code(ObjectId id) const { return types_.is(id, TypeRole::kCode); }

  void add(ObjectId id);
  void keep_large(std::uint64_t threshold);
  void keep_large_calls(std::uint64_t threshold);
  HeldGroupId keep(const Group& group);

  const Heap& heap_;
  const DominatorTree& dominators_;
  const PathForest& paths_;
  const OwnerTree& owners_;
  const BigObjects& big_;
  const HeapTypes types_;
  std::map<dump::TypeId, Sum> native_;
  std::map<std::pair<ObjectId, dump::TypeId>, Sum> named_;
  std::map<Call, Sum> calls_;
  // For the label of a root: its row in calls_.
  std::unordered_map<dump::StringId, std::map<Call, Sum>::iterator> call_of_label_;
  std::vector<Group> groups_;
};

}  // namespace heapscan::analysis
