#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/cycles.h"
#include "analysis/dominators.h"
#include "analysis/paths.h"
#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Numbers grouped by a key: the members of group k are members[begin[k]] to
/// members[begin[k + 1] - 1], ascending.
struct Groups {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> members;

  [[nodiscard]] std::span<const std::uint32_t> group(std::uint64_t key) const {
    if (key + 1 >= begin.size()) {
      return {};
    }
    return std::span(members).subspan(begin[key], begin[key + 1] - begin[key]);
  }
};

/// What the analyses say of one heap, each worked out when it is first asked for.
/// Not for several threads at once.
class HeapAnswers {
 public:
  explicit HeapAnswers(dump::Heap heap) : heap_(std::move(heap)) {}

  [[nodiscard]] const dump::Heap& heap() const { return heap_; }

  [[nodiscard]] const DominatorTree& dominators();
  [[nodiscard]] const PathForest& paths();
  /// Those of paths().
  [[nodiscard]] const std::vector<std::uint32_t>& distances();
  [[nodiscard]] const Garbage& garbage();
  /// Reference counts minus what the dump explains.
  [[nodiscard]] const std::vector<std::int64_t>& surplus();

  /// Objects by type.
  [[nodiscard]] const Groups& by_type();
  /// Objects by their immediate dominator; those without one are in no group.
  [[nodiscard]] const Groups& by_dominator();
  /// Rows of the table of types, by name; equal names in order of the table.
  [[nodiscard]] const std::vector<std::uint32_t>& types_by_name();
  /// Rows of the roots, by object.
  [[nodiscard]] const Groups& roots_by_object();
  /// Rows of the weak references, by target.
  [[nodiscard]] const Groups& weak_by_target();

 private:
  dump::Heap heap_;
  std::unique_ptr<DominatorTree> dominators_;
  std::unique_ptr<PathForest> paths_;
  std::unique_ptr<std::vector<std::uint32_t>> distances_;
  std::unique_ptr<Garbage> garbage_;
  std::unique_ptr<std::vector<std::int64_t>> surplus_;
  std::unique_ptr<Groups> by_type_;
  std::unique_ptr<Groups> by_dominator_;
  std::unique_ptr<std::vector<std::uint32_t>> types_by_name_;
  std::unique_ptr<Groups> roots_by_object_;
  std::unique_ptr<Groups> weak_by_target_;
};

}  // namespace heapscan::analysis::store
