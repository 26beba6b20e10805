// Problem: which references are to be made weak, so that reference counts free a cycle?
//
// Idea: a single one, where one lies on every closed walk (cycle_graph.h). Otherwise the question
// is one about the program's text: making every `.parent` weak is one change of one line. The kinds
// of references (type, name, type) are few; one of them alone is tried first, then as many as it
// takes, and none that is not needed.
//
// Cost: linear; for kinds, times their number.
#include "analysis/cycles/cycle_cut.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "analysis/cycles/cycle_graph.h"
#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::ReferenceKind;
using dump::Referrer;

constexpr std::size_t kMostKinds = 64;
constexpr std::size_t kMostWork = 200'000'000;  // References looked at to find kinds.

/// Builtin types whose objects can be weakly referred to. Those of programs mostly can.
constexpr std::array<std::string_view, 8> kWeakable = {
    "set", "frozenset", "function", "type", "module", "generator", "coroutine", "method"};

/// What programs call the way back to where one came from.
constexpr std::array<std::string_view, 14> kWaysBack = {
    "parent", "_parent", "owner",     "_owner",     "prev",    "_prev", "previous",
    "back",   "root",    "container", "_container", "manager", "outer", "backref"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The name of an attribute, whether the instance holds it itself or in a dict.
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
  const std::string_view target = heap.type_name(step.target);
  return !of_runtime && (is_of_program(target) || is_one_of(kWeakable, target));
}

/// How well a reference can be made weak: larger is better.
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
  return score + (name.has_value() && is_one_of(kWaysBack, *name) ? 10 : 0);
}

/// Kinds of references that together are on every closed walk.
class KindSearch {
 public:
  KindSearch(const Heap& heap, const CycleGraph& graph, const std::vector<ObjectId>& members)
      : heap_(heap), graph_(graph), members_(members), kind_of_edge_(graph.edges().size(), kNone) {
    group();
    find();
  }

  /// The kinds that were found: as many as it takes, or none when there are too many to try.
  [[nodiscard]] std::vector<ReferenceClass> kinds() const { return chosen(taken_); }

  /// Their edges, by row.
  [[nodiscard]] std::vector<bool> edges() const { return edges_of(taken_); }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  void find() {
    taken_.resize(kinds_.size());
    const std::size_t tries = 3 * kinds_.size() * graph_.edges().size();
    if (kinds_.size() > kMostKinds || tries > kMostWork) {
      return;
    }
    std::vector<std::uint32_t> order(kinds_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tuple(-score(a), kinds_[a].references, kinds_[a].text) <
             std::tuple(-score(b), kinds_[b].references, kinds_[b].text);
    });
    for (const std::uint32_t kind : order) {
      taken_[kind] = true;
      if (is_enough(taken_)) {
        return;
      }
      taken_[kind] = false;
    }
    for (const std::uint32_t kind : order) {
      taken_[kind] = true;
      if (is_enough(taken_)) {
        break;
      }
    }
    for (auto kind = order.rbegin(); kind != order.rend(); ++kind) {
      if (taken_[*kind]) {
        taken_[*kind] = false;
        taken_[*kind] = !is_enough(taken_);
      }
    }
  }

  [[nodiscard]] bool is_member(ObjectId id) const {
    return std::binary_search(members_.begin(), members_.end(), id);
  }

  void group() {
    std::map<std::string, std::uint32_t> kind_of;
    for (std::uint32_t number = 0; number < graph_.size(); ++number) {
      const ObjectId source = graph_.object(number);
      if (!is_member(source)) {
        continue;
      }
      for (std::uint64_t row = graph_.first_edge(number); row < graph_.end_edge(number); ++row) {
        if (is_member(graph_.object(graph_.edges()[row].target))) {
          kind_of_edge_[row] = count({source, graph_.edges()[row].ordinal}, kind_of);
        }
      }
    }
  }

  /// Counts a reference of the cycle to its kind, which may be a new one, and gives the kind.
  std::uint32_t count(Referrer reference, std::map<std::string, std::uint32_t>& kind_of) {
    const auto [known, added] =
        kind_of.try_emplace(text_of(reference), static_cast<std::uint32_t>(kinds_.size()));
    if (added) {
      kinds_.push_back({known->first, 0, reference});
    }
    ++kinds_[known->second].references;
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

  [[nodiscard]] int score(std::uint32_t kind) const {
    return weakness(heap_, kinds_[kind].example);
  }

  [[nodiscard]] bool is_enough(const std::vector<bool>& taken) const {
    return graph_.freed_without(edges_of(taken)).size() == graph_.size();
  }

  [[nodiscard]] std::vector<bool> edges_of(const std::vector<bool>& taken) const {
    std::vector<bool> rows(kind_of_edge_.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row] = kind_of_edge_[row] != kNone && taken[kind_of_edge_[row]];
    }
    return rows;
  }

  [[nodiscard]] std::vector<ReferenceClass> chosen(const std::vector<bool>& taken) const {
    std::vector<ReferenceClass> result;
    for (std::uint32_t kind = 0; kind < taken.size(); ++kind) {
      if (taken[kind]) {
        result.push_back(kinds_[kind]);
      }
    }
    return result;
  }

  const Heap& heap_;
  const CycleGraph& graph_;
  const std::vector<ObjectId>& members_;
  std::vector<ReferenceClass> kinds_;
  std::vector<bool> taken_;                  // By kind.
  std::vector<std::uint32_t> kind_of_edge_;  // By row of edges; kNone outside the cycle itself.
};

std::uint64_t references_from_other_garbage(const Heap& heap,
                                            const Garbage& garbage,
                                            const ObjectSet& reachable,
                                            std::size_t row) {
  std::uint64_t found = 0;
  for (const ObjectId id : heap.objects()) {
    if (reachable.contains(id) || garbage.cycle_of[id.value()] == row) {
      continue;
    }
    for (const ObjectId target : heap.targets(id)) {
      found += garbage.cycle_of[target.value()] == row ? 1U : 0U;
    }
  }
  return found;
}

}  // namespace

CycleCut cut_cycle(const Heap& heap,
                   const Garbage& garbage,
                   const ObjectSet& reachable,
                   std::size_t row) {
  const UnreachableCycle& cycle = garbage.cycles[row];
  const CycleGraph graph(heap, garbage, row);
  CycleCut cut;
  cut.held_by_other_garbage = references_from_other_garbage(heap, garbage, reachable, row);
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
  for (const std::uint32_t number : graph.freed_without(removed)) {
    ++cut.freed_objects;
    cut.freed_size += heap.size(graph.object(number));
  }
  return cut;
}

}  // namespace heapscan::analysis
