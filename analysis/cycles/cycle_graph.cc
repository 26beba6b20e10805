// Problem: which single reference, made weak, would have let reference counting free a cycle? One
// that lies on every closed walk, so that none is left without it. Trying each reference is
// quadratic in a ring of a million objects.
//
// Idea: take one closed walk w(0), w(1), ..., w(k-1) and back. Only its references can be on every
// closed walk. Without them the rest must have no closed walk at all; then every other closed walk
// consists of parts of this one and of detours through the rest, from one of its objects w(i) to
// another one w(j). A detour avoids the references from w(i) up to w(j), so these are not on every
// closed walk; and a reference that no detour avoids is. Let the reference s lead out of w(s).
//  - A detour backwards, j <= i, avoids all references but those from j to i - 1. Of all such
//    detours, only the largest j and the smallest i count.
//  - A detour forwards, i < j, avoids those from i to j - 1. So s is avoided when one of
//    w(0) ... w(s) has a detour to beyond s.
// The rest has no closed walk, so the first and the last object of the walk that each object leads
// to, and the last one that leads to it, are found in one pass each in topological order, which is
// the order in which reference counting would free the rest.
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
        place_(graph.size()),
        first_(graph.size()),
        last_(graph.size()),
        last_before_(graph.size()) {
    for (const dump::Referrer step : walk) {
      removed_[graph.edge(step)] = true;
      const CycleNode node = graph.node(step.source);
      place_[node.value()] = static_cast<std::uint32_t>(walk_.size());
      walk_.push_back(node);
    }
  }

  /// Places on the walk, ascending.
  [[nodiscard]] std::vector<std::uint32_t> find() {
    const std::vector<CycleNode> order = graph_.freed_without(removed_);
    if (order.size() != graph_.size()) {
      return {};  // Closed walks that have nothing in common with this one.
    }
    look_ahead(order);
    look_back(order);
    std::uint32_t least = 0;
    auto end = static_cast<std::uint32_t>(walk_.size());
    for (std::uint32_t at = 0; at < walk_.size(); ++at) {
      const Place last_before = last_before_[walk_[at].value()];
      const Place first = first_[walk_[at].value()];
      if (last_before.has_value() && *last_before >= at) {
        least = at;
      }
      if (first.has_value() && *first <= at) {
        end = std::min(end, at);
      }
    }
    std::vector<std::uint32_t> shared;
    std::uint32_t avoided_to = 0;
    for (std::uint32_t at = 0; at < end; ++at) {
      avoided_to = std::max(avoided_to, last_[walk_[at].value()].value_or(0));
      if (at >= least && avoided_to <= at) {
        shared.push_back(at);
      }
    }
    return shared;
  }

 private:
  using Place = std::optional<std::uint32_t>;  // On the walk.

  template <class Visit>
  void for_each_edge(CycleNode source, const Visit& visit) const {
    for (std::uint64_t row = graph_.first_edge(source); row < graph_.end_edge(source); ++row) {
      if (!removed_[row]) {
        visit(graph_.edges()[row].target.value());
      }
    }
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
  void look_ahead(const std::vector<CycleNode>& order) {
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
      Place& first = first_[node->value()];
      Place& last = last_[node->value()];
      for_each_edge(*node, [&](std::uint32_t target) {
        lower(first, place_[target]);
        lower(first, first_[target]);
        raise(last, place_[target]);
        raise(last, last_[target]);
      });
    }
  }

  /// For each object the last place on the walk from which a detour leads to it.
  void look_back(const std::vector<CycleNode>& order) {
    for (const CycleNode node : order) {
      for_each_edge(node, [&](std::uint32_t target) {
        raise(last_before_[target], place_[node.value()]);
        raise(last_before_[target], last_before_[node.value()]);
      });
    }
  }

  const CycleGraph& graph_;
  std::vector<CycleNode> walk_;
  std::vector<bool> removed_;  // By edge: those of the walk.
  // By node:
  std::vector<Place> place_;  // The node's own.
  std::vector<Place> first_;
  std::vector<Place> last_;
  std::vector<Place> last_before_;
};

}  // namespace

CycleGraph::CycleGraph(const dump::Heap& heap, const Garbage& garbage, CycleId cycle) {
  for (const ObjectId id : heap.objects()) {
    if (garbage.cycle_of[id.value()] == cycle) {
      objects_.push_back(id);
    }
  }
  begin_.push_back(0);
  for (const ObjectId id : objects_) {
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap.targets(id)) {
      if (garbage.cycle_of[target.value()] == cycle) {
        edges_.push_back({node(target), ordinal});
      }
      ++ordinal;
    }
    begin_.push_back(edges_.size());
  }
}

CycleNode CycleGraph::node(ObjectId id) const {
  const auto found = std::lower_bound(objects_.begin(), objects_.end(), id);
  return CycleNode(static_cast<std::uint32_t>(found - objects_.begin()));
}

std::uint64_t CycleGraph::edge(dump::Referrer reference) const {
  const CycleNode source = node(reference.source);
  const auto begin = edges_.begin() + static_cast<std::ptrdiff_t>(first_edge(source));
  const auto end = edges_.begin() + static_cast<std::ptrdiff_t>(end_edge(source));
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

std::vector<CycleNode> CycleGraph::freed_without(const std::vector<bool>& removed) const {
  std::vector<std::uint32_t> counts(size());
  for (std::size_t row = 0; row < edges_.size(); ++row) {
    counts[edges_[row].target.value()] += removed[row] ? 0U : 1U;
  }
  std::vector<CycleNode> freed;
  for (const CycleNode node : nodes()) {
    if (counts[node.value()] == 0) {
      freed.push_back(node);
    }
  }
  for (std::size_t next = 0; next < freed.size(); ++next) {
    for (std::uint64_t row = first_edge(freed[next]); row < end_edge(freed[next]); ++row) {
      if (!removed[row] && --counts[edges_[row].target.value()] == 0) {
        freed.push_back(edges_[row].target);
      }
    }
  }
  return freed;
}

}  // namespace heapscan::analysis
