// What the collector tells about itself and the objects it tracks, and its settings.

#include <unordered_set>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/core.h"
#include "dump/runtime/cycle_collector.h"
#include "dump/runtime/references.h"

namespace heapscan::dump::runtime {

std::array<std::uint64_t, kGenerations> CycleCollector::threshold() const {
  return {generations_[0].threshold, generations_[1].threshold, generations_[2].threshold};
}

void CycleCollector::set_threshold(const std::array<std::uint64_t, kGenerations>& threshold) {
  require_thread();
  for (unsigned row = 0; row < kGenerations; ++row) {
    generations_[row].threshold = threshold[row];
  }
}

std::array<std::uint64_t, kGenerations> CycleCollector::counts() const {
  return {generations_[0].count, generations_[1].count, generations_[2].count};
}

void CycleCollector::freeze() {
  require_thread();
  for (Generation& generation : generations_) {
    move_all(generation.list, permanent_);
    generation.count = 0;
  }
}

void CycleCollector::unfreeze() {
  require_thread();
  move_all(permanent_, generations_[kGenerations - 1].list);
}

std::uint64_t CycleCollector::frozen_count() const {
  return size_of(permanent_);
}

bool CycleCollector::is_tracked(View object) {
  return require_object(object)->has(Object::kTracked);
}

bool CycleCollector::is_finalized(View object) {
  return require_object(object)->has(Object::kFinalized);
}

std::vector<Ref> CycleCollector::objects(std::optional<unsigned> generation) const {
  require_thread();
  if (generation && *generation >= kGenerations) {
    throw Error(ErrorKind::kUsage, fmt::format("there is no generation {}", *generation));
  }
  std::vector<Ref> result;
  for (unsigned row = 0; row < kGenerations; ++row) {
    if (generation && *generation != row) {
      continue;
    }
    const List& list = generations_[row].list;
    for (GcHead* head = list.next; head != &list; head = head->next) {
      result.emplace_back(View(head->object()));
    }
  }
  return result;
}

std::vector<Ref> CycleCollector::referrers(const std::vector<View>& targets) const {
  require_thread();
  std::unordered_set<const Object*> wanted;
  for (const View target : targets) {
    wanted.insert(target.get());
  }
  std::vector<Ref> result;
  for (const Generation& generation : generations_) {
    for (GcHead* head = generation.list.next; head != &generation.list; head = head->next) {
      bool found = false;
      for_each_reference(head->object(),
                         [&](const Edge& edge) { found |= wanted.count(edge.target) > 0; });
      if (found) {
        result.emplace_back(View(head->object()));
      }
    }
  }
  return result;
}

std::vector<Ref> CycleCollector::referents(const std::vector<View>& sources) {
  std::vector<Ref> result;
  for (const View source : sources) {
    for_each_reference(require_object(source),
                       [&result](const Edge& edge) { result.emplace_back(View(edge.target)); });
  }
  return result;
}

void CycleCollector::stamp_generations() {
  for (unsigned row = 0; row < kGenerations; ++row) {
    List& list = generations_[row].list;
    for (GcHead* head = list.next; head != &list; head = head->next) {
      head->object()->set_generation(row);
    }
  }
  for (GcHead* head = permanent_.next; head != &permanent_; head = head->next) {
    head->object()->set_generation(kGenerations);
  }
}

}  // namespace heapscan::dump::runtime
