#include "analysis/store/heap_answers.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "dump/native_roots.h"

namespace heapscan::analysis::store {
namespace {

constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

/// Groups the numbers below `count` by `key_of(number)`, which is below `keys` or kNoGroup: a
/// counting sort, two passes.
template <class KeyOf>
std::unique_ptr<Groups> group_by(std::uint32_t count, std::uint32_t keys, KeyOf key_of) {
  auto groups = std::make_unique<Groups>();
  groups->begin.assign(std::size_t{keys} + 1, 0);
  for (std::uint32_t number = 0; number < count; ++number) {
    if (const std::uint32_t key = key_of(number); key != kNoGroup) {
      ++groups->begin[key + 1];
    }
  }
  std::partial_sum(groups->begin.begin(), groups->begin.end(), groups->begin.begin());
  groups->members.resize(groups->begin.back());
  std::vector<std::uint32_t> next(groups->begin.begin(), groups->begin.end() - 1);
  for (std::uint32_t number = 0; number < count; ++number) {
    if (const std::uint32_t key = key_of(number); key != kNoGroup) {
      groups->members[next[key]++] = number;
    }
  }
  return groups;
}

}  // namespace

const DominatorTree& HeapAnswers::dominators() {
  if (!dominators_) {
    dominators_ = std::make_unique<DominatorTree>(dominator_tree(heap_, stop_));
  }
  return *dominators_;
}

const PathForest& HeapAnswers::paths() {
  if (!paths_) {
    paths_ = std::make_unique<PathForest>(heap_, stop_);
  }
  return *paths_;
}

const std::vector<std::uint32_t>& HeapAnswers::distances() {
  if (!distances_) {
    distances_ = std::make_unique<std::vector<std::uint32_t>>(paths().distances());
  }
  return *distances_;
}

const Garbage& HeapAnswers::garbage() {
  if (!garbage_) {
    garbage_ = std::make_unique<Garbage>(find_garbage(heap_, dominators().reachable));
  }
  return *garbage_;
}

const Suspects& HeapAnswers::suspects() {
  if (!suspects_) {
    suspects_ = std::make_unique<Suspects>(find_suspects(heap_, dominators(), paths(), stop_));
  }
  return *suspects_;
}

const std::vector<std::int64_t>& HeapAnswers::surplus() {
  if (!surplus_) {
    surplus_ = std::make_unique<std::vector<std::int64_t>>(dump::surplus_counts(heap_));
  }
  return *surplus_;
}

const Groups& HeapAnswers::by_type() {
  if (!by_type_) {
    const auto types = heap_.columns().type.span();
    by_type_ =
        group_by(heap_.object_count(), static_cast<std::uint32_t>(heap_.columns().types.size()),
                 [types](std::uint32_t object) { return types[object].value(); });
  }
  return *by_type_;
}

const Groups& HeapAnswers::by_dominator() {
  if (!by_dominator_) {
    const auto& dominator = dominators().dominator;
    by_dominator_ =
        group_by(heap_.object_count(), heap_.object_count(), [&dominator](std::uint32_t object) {
          return dominator[object].has_value() ? dominator[object].value() : kNoGroup;
        });
  }
  return *by_dominator_;
}

const std::vector<std::uint32_t>& HeapAnswers::types_by_name() {
  if (!types_by_name_) {
    types_by_name_ = std::make_unique<std::vector<std::uint32_t>>(heap_.columns().types.size());
    std::iota(types_by_name_->begin(), types_by_name_->end(), 0);
    std::stable_sort(types_by_name_->begin(), types_by_name_->end(),
                     [this](std::uint32_t left, std::uint32_t right) {
                       return heap_.type_name(dump::TypeId(left)) <
                              heap_.type_name(dump::TypeId(right));
                     });
  }
  return *types_by_name_;
}

const Groups& HeapAnswers::roots_by_object() {
  if (!roots_by_object_) {
    const auto roots = heap_.roots();
    roots_by_object_ = group_by(static_cast<std::uint32_t>(roots.size()), heap_.object_count(),
                                [roots](std::uint32_t row) { return roots[row].object.value(); });
  }
  return *roots_by_object_;
}

const Groups& HeapAnswers::weak_by_target() {
  if (!weak_by_target_) {
    const auto weak = heap_.columns().weak.span();
    weak_by_target_ = group_by(static_cast<std::uint32_t>(weak.size()), heap_.object_count(),
                               [weak](std::uint32_t row) { return weak[row].target.value(); });
  }
  return *weak_by_target_;
}

}  // namespace heapscan::analysis::store
