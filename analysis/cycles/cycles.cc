// Problem: unreachable objects were not freed because their reference counts cannot fall to zero.
// Which of them keep themselves alive, and which are merely referred to by those?
//
// Idea: the strongly connected components of the unreachable part. One with more than one object,
// or with an object that refers to itself, is a cycle. Everything else that is unreachable hangs
// below cycles: it is in the tail of a cycle when all its referrers are in that cycle or its tail.
// Boost's strong_components is Tarjan's algorithm (1972), which numbers a component after all those
// that it leads to; so descending numbers are an order in which referrers precede what they refer
// to, and one pass in that order finds all tails.
//
// Cost: linear in the unreachable objects and their references, besides one number for each object
// of the heap, where the result is written.
#include "analysis/cycles/cycles.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/property_map/property_map.hpp>

#include "analysis/cycles/cycle_signature.h"
#include "dump/heap_graph.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectFlags;
using dump::ObjectId;
using dump::Referrer;

/// The position of an unreachable object among them, in the order of their addresses.
using Place = dump::Index<struct UnreachableTag>;

/// In the table of keepers: no referrer was seen yet.
constexpr CycleId kUnsettled = CycleId::none();
/// In the table of keepers: held by more than one cycle, or by nothing.
constexpr CycleId kKeptByNone{CycleId::kMaxRows - 1};

/// Whether an object is unreachable: the vertices of the subgraph that is searched for components.
struct IsUnreachable {
  const ObjectSet* reachable = nullptr;

  bool operator()(ObjectId id) const { return !reachable->contains(id); }
};

using UnreachableGraph = boost::filtered_graph<Heap, boost::keep_all, IsUnreachable>;

/// The property map from an unreachable object to its place.
struct PlaceMap {
  using key_type = ObjectId;
  using value_type = std::uint32_t;
  using reference = std::uint32_t;
  using category = boost::readable_property_map_tag;

  friend std::uint32_t get(PlaceMap map, ObjectId id) {
    return (*map.place_of)[id.value()].value();
  }

  const std::vector<Place>* place_of = nullptr;
};

/// Finds the garbage of one heap.
class GarbageSearch {
 public:
  GarbageSearch(const Heap& heap, const ObjectSet& reachable) : heap_(heap) {
    number_unreachable(reachable);
    find_components(reachable);
    make_cycles();
    settle_tails();
    spell_cycles();
  }

  [[nodiscard]] Garbage finish() && {
    sort_cycles();
    group_cycles();
    sum_up();
    return std::move(garbage_);
  }

 private:
  void number_unreachable(const ObjectSet& reachable) {
    place_of_object_.resize(heap_.object_count());
    for (const ObjectId id : heap_.objects()) {
      if (!reachable.contains(id)) {
        place_of_object_[id.value()] = Place(static_cast<std::uint32_t>(unreachable_.size()));
        unreachable_.push_back(id);
        garbage_.size += heap_.size(id);
      }
    }
    garbage_.objects = unreachable_.size();
  }

  /// None for a reachable object.
  [[nodiscard]] Place place(ObjectId id) const { return place_of_object_[id.value()]; }

  [[nodiscard]] ObjectId object(Place at) const { return unreachable_[at.value()]; }

  void find_components(const ObjectSet& reachable) {
    const auto count = static_cast<std::uint32_t>(unreachable_.size());
    const UnreachableGraph graph(heap_, boost::keep_all(), IsUnreachable{&reachable});
    const PlaceMap places{&place_of_object_};
    const auto by_place = [places](auto& rows) {
      return boost::make_iterator_property_map(rows.begin(), places);
    };
    component_.resize(count);
    std::vector<ObjectId> root(count);
    std::vector<std::uint32_t> discovered(count);
    std::vector<boost::default_color_type> color(count);
    const std::uint32_t components =
        boost::strong_components(graph, by_place(component_),
                                 boost::root_map(by_place(root))
                                     .discover_time_map(by_place(discovered))
                                     .color_map(by_place(color))
                                     .vertex_index_map(places));

    // The places by component, each component's in ascending order.
    component_begin_.assign(std::size_t{components} + 1, 0);
    for (const std::uint32_t component : component_) {
      ++component_begin_[std::size_t{component} + 1];
    }
    std::partial_sum(component_begin_.begin(), component_begin_.end(), component_begin_.begin());
    std::vector<std::uint32_t> cursor(component_begin_.begin(), component_begin_.end() - 1);
    by_component_.resize(count);
    for (std::uint32_t at = 0; at < count; ++at) {
      by_component_[cursor[component_[at]]++] = Place(at);
    }
  }

  [[nodiscard]] std::uint32_t component_count() const {
    return static_cast<std::uint32_t>(component_begin_.size() - 1);
  }

  [[nodiscard]] std::span<const Place> component(std::uint32_t number) const {
    return std::span(by_component_)
        .subspan(component_begin_[number], component_begin_[number + 1] - component_begin_[number]);
  }

  [[nodiscard]] bool refers_to_itself(ObjectId id) const {
    const auto targets = heap_.targets(id);
    return std::find(targets.begin(), targets.end(), id) != targets.end();
  }

  /// The members of a cycle are kept by it.
  void make_cycles() {
    keeper_.assign(unreachable_.size(), kUnsettled);
    for (std::uint32_t number = 0; number < component_count(); ++number) {
      const std::span<const Place> places = component(number);
      if (places.size() == 1 && !refers_to_itself(object(places.front()))) {
        continue;
      }
      const CycleId row(static_cast<std::uint32_t>(garbage_.cycles.size()));
      UnreachableCycle& cycle = garbage_.cycles.emplace_back();
      for (const Place at : places) {
        const ObjectId id = object(at);
        cycle.members.push_back(id);
        cycle.size += heap_.size(id);
        cycle.has_finalizer |= heap_.flags(id).has(ObjectFlags::kHasFinalizer);
        keeper_[at.value()] = row;
      }
    }
    member_of_ = keeper_;
  }

  [[nodiscard]] bool in_cycle(Place at) const { return member_of_[at.value()].has_value(); }

  void settle_tails() {
    for (std::uint32_t number = component_count(); number-- > 0;) {
      for (const Place at : component(number)) {
        CycleId& keeper = keeper_[at.value()];
        if (keeper == kUnsettled) {
          keeper = kKeptByNone;
        }
        if (!in_cycle(at) && keeper != kKeptByNone) {
          add_to_tail(garbage_.cycles[keeper.value()], object(at));
        }
        pass_on_keeper(at);
      }
    }
  }

  void add_to_tail(UnreachableCycle& cycle, ObjectId id) const {
    ++cycle.tail_objects;
    cycle.tail_size += heap_.size(id);
    cycle.has_finalizer |= heap_.flags(id).has(ObjectFlags::kHasFinalizer);
  }

  void pass_on_keeper(Place source) {
    const CycleId passed = keeper_[source.value()];
    for (const ObjectId target : heap_.targets(object(source))) {
      const Place at = place(target);
      if (!at.has_value() || in_cycle(at)) {
        continue;
      }
      CycleId& keeper = keeper_[at.value()];
      keeper = keeper == kUnsettled || keeper == passed ? passed : kKeptByNone;
    }
  }

  void spell_cycles() {
    CycleSignatures signatures(heap_);
    std::vector<Referrer> inner;
    for (UnreachableCycle& cycle : garbage_.cycles) {
      inner.clear();
      for (const ObjectId source : cycle.members) {
        append_inner(source, inner);
      }
      cycle.signature = signatures.of(inner);
    }
  }

  /// Appends the references from a member of a cycle to members of the same cycle.
  void append_inner(ObjectId source, std::vector<Referrer>& inner) const {
    const CycleId row = member_of_[place(source).value()];
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap_.targets(source)) {
      if (place(target).has_value() && member_of_[place(target).value()] == row) {
        inner.push_back({source, ordinal});
      }
      ++ordinal;
    }
  }

  /// Sorts the cycles, and records for each object which one it belongs to.
  void sort_cycles() {
    const dump::IndexRange<CycleId> cycles(static_cast<std::uint32_t>(garbage_.cycles.size()));
    std::vector<CycleId> order(cycles.begin(), cycles.end());
    std::sort(order.begin(), order.end(), [&](CycleId row_a, CycleId row_b) {
      const UnreachableCycle& a = garbage_.cycle(row_a);
      const UnreachableCycle& b = garbage_.cycle(row_b);
      const std::uint64_t size_a = a.size + a.tail_size;
      const std::uint64_t size_b = b.size + b.tail_size;
      return size_a != size_b ? size_a > size_b : a.members.front() < b.members.front();
    });
    std::vector<UnreachableCycle> sorted;
    sorted.reserve(order.size());
    std::vector<CycleId> row_after(order.size());
    for (const CycleId row : order) {
      row_after[row.value()] = CycleId(static_cast<std::uint32_t>(sorted.size()));
      sorted.push_back(std::move(garbage_.cycles[row.value()]));
    }
    garbage_.cycles = std::move(sorted);
    place_of_object_ = std::vector<Place>();
    garbage_.cycle_of.resize(heap_.object_count());
    for (std::size_t at = 0; at < unreachable_.size(); ++at) {
      if (keeper_[at] != kKeptByNone) {
        garbage_.cycle_of[unreachable_[at].value()] = row_after[keeper_[at].value()];
      }
    }
  }

  void group_cycles() {
    std::map<std::string, std::size_t> row_of;
    const dump::IndexRange<CycleId> cycles(static_cast<std::uint32_t>(garbage_.cycles.size()));
    for (const CycleId row : cycles) {
      const UnreachableCycle& cycle = garbage_.cycle(row);
      const auto [known, added] = row_of.try_emplace(cycle.signature, garbage_.groups.size());
      if (added) {
        CycleGroup& group = garbage_.groups.emplace_back();
        group.signature = cycle.signature;
        group.example = row;
      }
      CycleGroup& group = garbage_.groups[known->second];
      ++group.cycles;
      group.objects += cycle.members.size();
      group.size += cycle.size;
      group.tail_objects += cycle.tail_objects;
      group.tail_size += cycle.tail_size;
      group.has_finalizer |= cycle.has_finalizer;
    }
    std::sort(garbage_.groups.begin(), garbage_.groups.end(),
              [](const CycleGroup& a, const CycleGroup& b) {
                const std::uint64_t size_a = a.size + a.tail_size;
                const std::uint64_t size_b = b.size + b.tail_size;
                return size_a != size_b ? size_a > size_b : a.signature < b.signature;
              });
  }

  void sum_up() {
    garbage_.rest_objects = garbage_.objects;
    garbage_.rest_size = garbage_.size;
    for (const UnreachableCycle& cycle : garbage_.cycles) {
      garbage_.cycle_objects += cycle.members.size();
      garbage_.cycle_size += cycle.size;
      garbage_.rest_objects -= cycle.members.size() + cycle.tail_objects;
      garbage_.rest_size -= cycle.size + cycle.tail_size;
    }
  }

  const Heap& heap_;
  Garbage garbage_;
  std::vector<Place> place_of_object_;          // None for reachable objects.
  std::vector<ObjectId> unreachable_;           // By place.
  std::vector<std::uint32_t> component_;        // By place: the number of its component.
  std::vector<std::uint32_t> component_begin_;  // In by_component_, for each component.
  std::vector<Place> by_component_;             // Grouped by component.
  std::vector<CycleId> member_of_;              // By place: the cycle of a member, or none.
  std::vector<CycleId> keeper_;                 // By place: the cycle whose member or tail it is.
};

/// A breadth-first search of a cycle from its first member.
class WalkSearch {
 public:
  WalkSearch(const Heap& heap, const std::vector<ObjectId>& members)
      : heap_(heap), members_(members), parent_(members.size()) {}

  /// Ends with the first reference that returns to the first member.
  [[nodiscard]] std::vector<Referrer> closed_walk() {
    queue_ = {0};
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      const ObjectId source = members_[queue_[next]];
      std::uint32_t ordinal = 0;
      for (const ObjectId target : heap_.targets(source)) {
        const Referrer reference = {source, ordinal++};
        if (target == members_.front()) {
          return walk_ending_with(reference);
        }
        find(target, reference);
      }
    }
    return {};
  }

 private:
  /// The object's row among the members, or their number for any other object.
  [[nodiscard]] std::size_t row(ObjectId id) const {
    const auto found = std::lower_bound(members_.begin(), members_.end(), id);
    const bool member = found != members_.end() && *found == id;
    return member ? static_cast<std::size_t>(found - members_.begin()) : members_.size();
  }

  void find(ObjectId target, Referrer reference) {
    const std::size_t at = row(target);
    if (at != members_.size() && !parent_[at].source.has_value()) {
      parent_[at] = reference;
      queue_.push_back(at);
    }
  }

  [[nodiscard]] std::vector<Referrer> walk_ending_with(Referrer last) const {
    std::vector<Referrer> walk = {last};
    while (walk.back().source != members_.front()) {
      walk.push_back(parent_[row(walk.back().source)]);
    }
    std::reverse(walk.begin(), walk.end());
    return walk;
  }

  const Heap& heap_;
  const std::vector<ObjectId>& members_;
  std::vector<Referrer> parent_;  // By row: the reference by which the member was found.
  std::vector<std::size_t> queue_;
};

}  // namespace

Garbage find_garbage(const Heap& heap, const ObjectSet& reachable) {
  return GarbageSearch(heap, reachable).finish();
}

std::vector<Referrer> closed_walk(const Heap& heap, const UnreachableCycle& cycle) {
  return WalkSearch(heap, cycle.members).closed_walk();
}

}  // namespace heapscan::analysis
