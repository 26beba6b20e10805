// Problem: which references must be made weak so that reference counting frees a cycle?
//
// Idea: a single one, where one lies on every closed walk (cycle_graph.h). Otherwise the question
// is about the source code: making every `.parent` weak is a change of one line. There are few
// kinds of references (type, name, type); each alone is tried first, then as many as are needed,
// and those that turn out not to be needed are dropped.
//
// Cost: linear; for kinds, times their number.
#include "analysis/cycles/cycle_cut.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "analysis/cycles/cycle_graph.h"
#include "analysis/runtimes/runtime_traits.h"
#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::ReferenceKind;
using dump::Referrer;

constexpr std::size_t kMostKinds = 64;
constexpr std::size_t kMostWork = 200'000'000;  // References looked at to find kinds.

/// Whether programs commonly use this name for a reference back to where an object belongs.
bool is_back_reference(const Heap& heap, std::string_view name) {
  const auto names = traits_of(heap.facts()).back_references;
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The name of an attribute, whether the instance holds it directly or in a table.
std::optional<std::string_view> attribute_name(const Heap& heap, const dump::Reference& reference) {
  if (reference.kind == ReferenceKind::kAttribute) {
    return heap.string(dump::StringId(reference.label));
  }
  return attribute_of_entry(heap, reference);
}

/// Whether a program can write a weak reference in place of this one.
bool can_be_weak(const Heap& heap, Referrer reference) {
  const dump::Reference step = heap.reference(reference);
  const bool of_runtime = step.kind == ReferenceKind::kType ||
                          step.kind == ReferenceKind::kInternal ||
                          step.kind == ReferenceKind::kConservative;
  const RuntimeTraits& traits = traits_of(heap.facts());
  return !of_runtime && (traits.is_of_program(heap.type_name(step.target)) ||
                         traits.roles_of(heap, step.target).has(TypeRole::kWeakable));
}

/// How good a candidate for a weak reference it is: larger is better.
int weakness(const Heap& heap, Referrer reference) {
  const dump::Reference step = heap.reference(reference);
  const auto name = attribute_name(heap, step);
  int score = can_be_weak(heap, reference) ? 100 : 0;
  switch (step.kind) {
    case ReferenceKind::kAttribute:
      score += 20;
      break;
    case ReferenceKind::kValue:
      score += name.has_value() ? 20 : 5;
      break;
    default:
      score += 5;
      break;
  }
  return score + (name.has_value() && is_back_reference(heap, *name) ? 10 : 0);
}

/// A row of the kinds of references of one cycle.
using KindId = dump::Index<struct ReferenceKindTag>;

/// Finds kinds of references that together are on every closed walk.
class KindSearch {
 public:
  KindSearch(const Heap& heap, const CycleGraph& graph, const std::vector<ObjectId>& members)
      : heap_(heap), graph_(graph), members_(members), kind_of_edge_(graph.edges().size()) {
    group();
    find();
  }

  /// The kinds found: as many as are needed, or none if there are too many to try.
  [[nodiscard]] std::vector<ReferenceClass> kinds() const { return chosen(taken_); }

  /// Their edges, by row.
  [[nodiscard]] std::vector<bool> edges() const { return edges_of(taken_); }

 private:
  void find() {
    taken_.resize(kinds_.size());
    const std::size_t tries = 3 * kinds_.size() * graph_.edges().size();
    if (kinds_.size() > kMostKinds || tries > kMostWork) {
      return;
    }
    const dump::IndexRange<KindId> all(static_cast<std::uint32_t>(kinds_.size()));
    std::vector<KindId> order(all.begin(), all.end());
    std::stable_sort(order.begin(), order.end(), [&](KindId a, KindId b) {
      return std::tuple(-score(a), kind(a).references, kind(a).text) <
             std::tuple(-score(b), kind(b).references, kind(b).text);
    });
    for (const KindId tried : order) {
      taken_[tried.value()] = true;
      if (is_enough(taken_)) {
        return;
      }
      taken_[tried.value()] = false;
    }
    for (const KindId added : order) {
      taken_[added.value()] = true;
      if (is_enough(taken_)) {
        break;
      }
    }
    for (auto dropped = order.rbegin(); dropped != order.rend(); ++dropped) {
      const std::size_t row = dropped->value();
      if (taken_[row]) {
        taken_[row] = false;
        taken_[row] = !is_enough(taken_);
      }
    }
  }

  [[nodiscard]] bool is_member(ObjectId id) const {
    return std::binary_search(members_.begin(), members_.end(), id);
  }

  void group() {
    std::map<std::string, KindId> kind_of;
    for (const CycleNode node : graph_.nodes()) {
      const ObjectId source = graph_.object(node);
      if (!is_member(source)) {
        continue;
      }
      for (std::uint64_t row = graph_.first_edge(node); row < graph_.end_edge(node); ++row) {
        if (is_member(graph_.object(graph_.edges()[row].target))) {
          kind_of_edge_[row] = count({source, graph_.edges()[row].ordinal}, kind_of);
        }
      }
    }
  }

  /// Counts a reference of the cycle under its kind, which may be a new one, and returns the kind.
  KindId count(Referrer reference, std::map<std::string, KindId>& kind_of) {
    const auto [known, added] =
        kind_of.try_emplace(text_of(reference), KindId(static_cast<std::uint32_t>(kinds_.size())));
    if (added) {
      kinds_.push_back({known->first, 0, reference});
    }
    ++kinds_[known->second.value()].references;
    return known->second;
  }

  [[nodiscard]] std::string text_of(Referrer reference) const {
    const dump::Reference step = heap_.reference(reference);
    std::string label = "[*]";
    if (const auto entry = attribute_of_entry(heap_, step)) {
      label = "['" + std::string(*entry) + "']";
    } else if (const auto name = name_of_reference(heap_, reference)) {
      label = *name;
    }
    return std::string(heap_.type_name(reference.source)) + " " + label + " > " +
           std::string(heap_.type_name(step.target));
  }

  [[nodiscard]] const ReferenceClass& kind(KindId id) const { return kinds_[id.value()]; }

  [[nodiscard]] int score(KindId id) const { return weakness(heap_, kind(id).example); }

  [[nodiscard]] bool is_enough(const std::vector<bool>& taken) const {
    return graph_.freed_without(edges_of(taken)).size() == graph_.size();
  }

  [[nodiscard]] std::vector<bool> edges_of(const std::vector<bool>& taken) const {
    std::vector<bool> rows(kind_of_edge_.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row] = kind_of_edge_[row].has_value() && taken[kind_of_edge_[row].value()];
    }
    return rows;
  }

  [[nodiscard]] std::vector<ReferenceClass> chosen(const std::vector<bool>& taken) const {
    std::vector<ReferenceClass> result;
    for (std::size_t row = 0; row < taken.size(); ++row) {
      if (taken[row]) {
        result.push_back(kinds_[row]);
      }
    }
    return result;
  }

  const Heap& heap_;
  const CycleGraph& graph_;
  const std::vector<ObjectId>& members_;
  std::vector<ReferenceClass> kinds_;
  std::vector<bool> taken_;           // By kind.
  std::vector<KindId> kind_of_edge_;  // By row of edges; none in the tail.
};

std::uint64_t references_from_other_garbage(const Heap& heap,
                                            const Garbage& garbage,
                                            const ObjectSet& reachable,
                                            CycleId cycle) {
  std::uint64_t found = 0;
  for (const ObjectId id : heap.objects()) {
    if (reachable.contains(id) || garbage.cycle_of[id.value()] == cycle) {
      continue;
    }
    for (const ObjectId target : heap.targets(id)) {
      found += garbage.cycle_of[target.value()] == cycle ? 1U : 0U;
    }
  }
  return found;
}

}  // namespace

CycleCut cut_cycle(const Heap& heap,
                   const Garbage& garbage,
                   const ObjectSet& reachable,
                   CycleId id) {
  const UnreachableCycle& cycle = garbage.cycle(id);
  const CycleGraph graph(heap, garbage, id);
  CycleCut cut;
  cut.held_by_other_garbage = references_from_other_garbage(heap, garbage, reachable, id);
  cut.single = graph.on_every_walk(closed_walk(heap, cycle));
  std::stable_sort(cut.single.begin(), cut.single.end(),
                   [&](Referrer a, Referrer b) { return weakness(heap, a) > weakness(heap, b); });
  cut.single_weakable = static_cast<std::size_t>(
      std::count_if(cut.single.begin(), cut.single.end(),
                    [&](Referrer reference) { return can_be_weak(heap, reference); }));
  cut.can_be_weak = cut.single_weakable > 0;
  std::vector<bool> removed(graph.edges().size());
  if (!cut.single.empty()) {
    removed[graph.edge(cut.single.front())] = true;
  }
  if (!cut.can_be_weak) {
    const KindSearch search(heap, graph, cycle.members);
    std::vector<ReferenceClass> kinds = search.kinds();
    const bool better =
        !kinds.empty() && std::all_of(kinds.begin(), kinds.end(), [&](const ReferenceClass& kind) {
          return can_be_weak(heap, kind.example);
        });
    if (better || cut.single.empty()) {
      removed = search.edges();
      cut.can_be_weak = better;
      cut.kinds = std::move(kinds);
    }
    if (cut.kinds.empty() && cut.single.empty()) {
      return cut;
    }
  }
  for (const CycleNode node : graph.freed_without(removed)) {
    ++cut.freed_objects;
    cut.freed_size += heap.size(graph.object(node));
  }
  return cut;
}

}  // namespace heapscan::analysis
