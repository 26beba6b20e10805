// Problem: which single reference, made weak, would have let reference counts free a cycle? One
// that lies on every closed walk, so that without it no walk is closed. Trying each reference is
// quadratic in a ring of a million objects.
//
// Idea: take one closed walk w(0), w(1), ..., w(k-1) and back. Only its references can be on every
// closed walk. Without them the rest must have no closed walk at all; then every other closed walk
// is made of parts of this one and of detours through the rest, from one of its objects w(i) to
// another one w(j). With a detour, one gets round without the references from w(i) on up to w(j),
// so these are not on every closed walk; and a reference that no detour gets round is. Let the
// reference s lead out of w(s).
//  - A detour backwards, j <= i, spares all references but those from j to i - 1. Of all such
//    detours, only the largest j and the smallest i count.
//  - A detour forwards, i < j, spares those from i to j - 1. So s is spared when one of w(0) ...
//  w(s)
//    has a detour to beyond s.
// The rest has no closed walk, so that the first and the last object of the walk that each object
// leads to, and the last one that leads to it, come out of one pass each in topological order,
// which is the order in which reference counts would free the rest.
//
// Cost: linear.
#include "analysis/cycles/cycle_graph.h"

#include <algorithm>
#include <optional>

namespace heapscan::analysis {
namespace {

using dump::ObjectId;

/// Finds the references of one walk that are on every closed walk.
class SharedByAllWalks {
 public:
  SharedByAllWalks(const CycleGraph& graph, const std::vector<dump::Referrer>& walk)
      : graph_(graph),
        removed_(graph.edges().size()),
        place_(graph.size(), kNowhere),
        first_(graph.size()),
        last_(graph.size()),
        last_before_(graph.size()) {
    for (const dump::Referrer step : walk) {
      removed_[graph.edge(step)] = true;
      const std::uint32_t number = graph.number(step.source);
      place_[number] = static_cast<std::uint32_t>(walk_.size());
      walk_.push_back(number);
    }
  }

  /// Places on the walk, ascending.
  [[nodiscard]] std::vector<std::uint32_t> find() {
    const std::vector<std::uint32_t> order = graph_.freed_without(removed_);
    if (order.size() != graph_.size()) {
      return {};  // Closed walks that have nothing in common with this one.
    }
    look_ahead(order);
    look_back(order);
    std::uint32_t least = 0;
    auto end = static_cast<std::uint32_t>(walk_.size());
    for (std::uint32_t at = 0; at < walk_.size(); ++at) {
      if (last_before_[walk_[at]].has_value() && *last_before_[walk_[at]] >= at) {
        least = at;
      }
      if (first_[walk_[at]].has_value() && *first_[walk_[at]] <= at) {
        end = std::min(end, at);
      }
    }
    std::vector<std::uint32_t> shared;
    std::uint32_t spared_to = 0;
    for (std::uint32_t at = 0; at < end; ++at) {
      spared_to = std::max(spared_to, last_[walk_[at]].value_or(0));
      if (at >= least && spared_to <= at) {
        shared.push_back(at);
      }
    }
    return shared;
  }

 private:
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;

  using Place = std::optional<std::uint32_t>;

  template <class Visit>
  void for_each_edge(std::uint32_t source, const Visit& visit) const {
    for (std::uint64_t row = graph_.first_edge(source); row < graph_.end_edge(source); ++row) {
      if (!removed_[row]) {
        visit(graph_.edges()[row].target);
      }
    }
  }

  [[nodiscard]] Place own_place(std::uint32_t number) const {
    return place_[number] == kNowhere ? Place() : Place(place_[number]);
  }

  static void lower(Place& place, Place other) {
    if (other.has_value() && (!place.has_value() || *other < *place)) {
      place = other;
    }
  }

  static void raise(Place& place, Place other) {
    if (other.has_value() && (!place.has_value() || *other > *place)) {
      place = other;
    }
  }

  /// For each object the first and the last place on the walk that detours lead to.
  void look_ahead(const std::vector<std::uint32_t>& order) {
    for (auto number = order.rbegin(); number != order.rend(); ++number) {
      for_each_edge(*number, [&](std::uint32_t target) {
        lower(first_[*number], own_place(target));
        lower(first_[*number], first_[target]);
        raise(last_[*number], own_place(target));
        raise(last_[*number], last_[target]);
      });
    }
  }

  /// For each object the last place on the walk from which a detour leads to it.
  void look_back(const std::vector<std::uint32_t>& order) {
    for (const std::uint32_t number : order) {
      for_each_edge(number, [&](std::uint32_t target) {
        raise(last_before_[target], own_place(number));
        raise(last_before_[target], last_before_[number]);
      });
    }
  }

  const CycleGraph& graph_;
  std::vector<std::uint32_t> walk_;  // The numbers of its objects.
  std::vector<bool> removed_;
  std::vector<std::uint32_t> place_;  // By number: the place on the walk, or kNowhere.
  std::vector<Place> first_;
  std::vector<Place> last_;
  std::vector<Place> last_before_;
};

}  // namespace

CycleGraph::CycleGraph(const dump::Heap& heap, const Garbage& garbage, std::size_t row) {
  for (const ObjectId id : heap.objects()) {
    if (garbage.cycle_of[id.value()] == row) {
      objects_.push_back(id);
    }
  }
  begin_.push_back(0);
  for (const ObjectId id : objects_) {
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap.targets(id)) {
      if (garbage.cycle_of[target.value()] == row) {
        edges_.push_back({number(target), ordinal});
      }
      ++ordinal;
    }
    begin_.push_back(edges_.size());
  }
}

std::uint32_t CycleGraph::number(ObjectId id) const {
  const auto found = std::lower_bound(objects_.begin(), objects_.end(), id);
  return static_cast<std::uint32_t>(found - objects_.begin());
}

std::uint64_t CycleGraph::edge(dump::Referrer reference) const {
  const std::uint32_t source = number(reference.source);
  const auto begin = edges_.begin() + static_cast<std::ptrdiff_t>(begin_[source]);
  const auto end = edges_.begin() + static_cast<std::ptrdiff_t>(begin_[source + std::size_t{1}]);
  const auto found = std::lower_bound(
      begin, end, reference.ordinal,
      [](const Edge& edge, std::uint32_t ordinal) { return edge.ordinal < ordinal; });
  return static_cast<std::uint64_t>(found - edges_.begin());
}

std::vector<dump::Referrer> CycleGraph::on_every_walk(
    const std::vector<dump::Referrer>& walk) const {
  std::vector<dump::Referrer> found;
  for (const std::uint32_t at : SharedByAllWalks(*this, walk).find()) {
    found.push_back(walk[at]);
  }
  return found;
}

std::vector<std::uint32_t> CycleGraph::freed_without(const std::vector<bool>& removed) const {
  std::vector<std::uint32_t> counts(size());
  for (std::size_t row = 0; row < edges_.size(); ++row) {
    counts[edges_[row].target] += removed[row] ? 0U : 1U;
  }
  std::vector<std::uint32_t> freed;
  for (std::uint32_t at = 0; at < size(); ++at) {
    if (counts[at] == 0) {
      freed.push_back(at);
    }
  }
  for (std::size_t next = 0; next < freed.size(); ++next) {
    for (std::uint64_t row = begin_[freed[next]]; row < begin_[freed[next] + 1]; ++row) {
      if (!removed[row] && --counts[edges_[row].target] == 0) {
        freed.push_back(edges_[row].target);
      }
    }
  }
  return freed;
}

}  // namespace heapscan::analysis
