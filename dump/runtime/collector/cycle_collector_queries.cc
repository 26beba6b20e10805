// The collector's settings, and queries about its state and the objects that it tracks.

#include <unordered_set>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/collector/cycle_collector.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/objects/references.h"

namespace heapscan::dump::runtime {

std::array<std::uint64_t, kGenerations> CycleCollector::threshold() const {
  return {generations_.all[0].threshold, generations_.all[1].threshold,
          generations_.all[2].threshold};
}

void CycleCollector::set_threshold(const std::array<std::uint64_t, kGenerations>& threshold) {
  require_thread();
  for (unsigned row = 0; row < kGenerations; ++row) {
    generations_.all[row].threshold = threshold[row];
  }
}

std::array<std::uint64_t, kGenerations> CycleCollector::counts() const {
  return {generations_.all[0].count, generations_.all[1].count, generations_.all[2].count};
}

void CycleCollector::freeze() {
  require_thread();
  for (Generations::Generation& generation : generations_.all) {
    generations_.frozen.append_all(generation.list);
    generation.count = 0;
  }
}

void CycleCollector::unfreeze() {
  require_thread();
  generations_.all[kGenerations - 1].list.append_all(generations_.frozen);
}

std::uint64_t CycleCollector::frozen_count() const {
  return generations_.frozen.size();
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
    const GcList& list = generations_.all[row].list;
    for (GcHead* head = list.first(); head != list.end(); head = head->next) {
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
  for (const Generations::Generation& generation : generations_.all) {
    for (GcHead* head = generation.list.first(); head != generation.list.end(); head = head->next) {
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

}  // namespace heapscan::dump::runtime
