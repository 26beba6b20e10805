#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "analysis/graph/stop.h"
#include "analysis/suspects/suspects.h"
#include "dump/heap.h"

namespace heapscan::analysis::store {

/// Numbers grouped by a key: the members of group k are members[begin[k]] to
/// members[begin[k + 1] - 1], ascending.
struct Groups {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> members;

  /// Empty for a key that does not exist.
  [[nodiscard]] std::span<const std::uint32_t> group(std::uint64_t key) const {
    if (begin.empty() || key >= begin.size() - 1) {
      return {};
    }
    return std::span(members).subspan(begin[key], begin[key + 1] - begin[key]);
  }
};

/// The results of the analyses of one heap, each computed on first use. A computation may throw
/// Stopped and is then repeated on the next use. Not thread-safe.
class HeapAnswers {
 public:
  /// `stop` must outlive it.
  HeapAnswers(dump::Heap heap, const StopSignal& stop) : heap_(std::move(heap)), stop_(stop) {}

  [[nodiscard]] const StopSignal& stop() const { return stop_; }

  [[nodiscard]] const dump::Heap& heap() const { return heap_; }

  [[nodiscard]] const DominatorTree& dominators();
  [[nodiscard]] const PathForest& paths();
  /// Those of paths().
  [[nodiscard]] const std::vector<std::uint32_t>& distances();
  [[nodiscard]] const Garbage& garbage();
  [[nodiscard]] const Suspects& suspects();
  /// Reference counts minus what the dump explains.
  [[nodiscard]] const std::vector<std::int64_t>& surplus();

  /// Objects by type.
  [[nodiscard]] const Groups& by_type();
  /// Objects by immediate dominator; those without one are in no group.
  [[nodiscard]] const Groups& by_dominator();
  /// Rows of the table of types, sorted by name; equal names keep the order of the table.
  [[nodiscard]] const std::vector<std::uint32_t>& types_by_name();
  /// Roots by object.
  [[nodiscard]] const Groups& roots_by_object();
  /// Weak references by target.
  [[nodiscard]] const Groups& weak_by_target();

 private:
  dump::Heap heap_;
  const StopSignal& stop_;
  std::unique_ptr<DominatorTree> dominators_;
  std::unique_ptr<PathForest> paths_;
  std::unique_ptr<std::vector<std::uint32_t>> distances_;
  std::unique_ptr<Garbage> garbage_;
  std::unique_ptr<Suspects> suspects_;
  std::unique_ptr<std::vector<std::int64_t>> surplus_;
  std::unique_ptr<Groups> by_type_;
  std::unique_ptr<Groups> by_dominator_;
  std::unique_ptr<std::vector<std::uint32_t>> types_by_name_;
  std::unique_ptr<Groups> roots_by_object_;
  std::unique_ptr<Groups> weak_by_target_;
};

}  // namespace heapscan::analysis::store
