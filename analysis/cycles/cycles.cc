// Problem: what is unreachable was not freed because reference counts in it cannot fall to zero.
// Which objects keep themselves alive, and which are only dragged along?
//
// Idea: the strongly connected components of the unreachable part. One with more than one object,
// or with an object that refers to itself, is a cycle. Everything else unreachable hangs below
// cycles: it is in the tail of a cycle when all who refer to it are that cycle or its tail. Boost's
// strong_components is Tarjan's algorithm (1972), which numbers a component after all those it
// leads to; so descending numbers are an order in which referrers come before what they refer to,
// and one pass in that order settles all tails.
//
// Cost: linear in the unreachable objects and their references, beyond one number for each object
// of the heap, which is where the result is written.
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

constexpr std::uint32_t kNoCycle = Garbage::kNoCycle;

/// In the table of owners: held by more than one cycle, or by nothing.
constexpr std::uint32_t kKeptByNone = kNoCycle - 1;
/// No referrer was seen yet.
constexpr std::uint32_t kUnsettled = kNoCycle;

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

  friend std::uint32_t get(PlaceMap map, ObjectId id) { return (*map.place_of)[id.value()]; }

  const std::vector<std::uint32_t>* place_of = nullptr;
};

/// Finds the garbage of one heap. Unreachable objects are numbered 0, 1, ... in the order of their
/// addresses: their places.
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
    garbage_.cycle_of.assign(heap_.object_count(), kNoCycle);
    for (const ObjectId id : heap_.objects()) {
      if (!reachable.contains(id)) {
        // Until the end this column maps objects to their places.
        garbage_.cycle_of[id.value()] = static_cast<std::uint32_t>(unreachable_.size());
        unreachable_.push_back(id);
        garbage_.size += heap_.size(id);
      }
    }
    garbage_.objects = unreachable_.size();
  }

  /// The object's place, or kNoCycle for a reachable one.
  [[nodiscard]] std::uint32_t place(ObjectId id) const { return garbage_.cycle_of[id.value()]; }

  void find_components(const ObjectSet& reachable) {
    const auto count = static_cast<std::uint32_t>(unreachable_.size());
    const UnreachableGraph graph(heap_, boost::keep_all(), IsUnreachable{&reachable});
    const PlaceMap places{&garbage_.cycle_of};
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
      by_component_[cursor[component_[at]]++] = at;
    }
  }

  [[nodiscard]] std::uint32_t component_count() const {
    return static_cast<std::uint32_t>(component_begin_.size() - 1);
  }

  [[nodiscard]] std::span<const std::uint32_t> component(std::uint32_t number) const {
    return std::span(by_component_)
        .subspan(component_begin_[number], component_begin_[number + 1] - component_begin_[number]);
  }

  [[nodiscard]] bool refers_to_itself(ObjectId id) const {
    const auto targets = heap_.targets(id);
    return std::find(targets.begin(), targets.end(), id) != targets.end();
  }

  /// The members of cycles are kept by their own.
  void make_cycles() {
    owner_.assign(unreachable_.size(), kUnsettled);
    for (std::uint32_t number = 0; number < component_count(); ++number) {
      const std::span<const std::uint32_t> places = component(number);
      if (places.size() == 1 && !refers_to_itself(unreachable_[places.front()])) {
        continue;
      }
      const auto row = static_cast<std::uint32_t>(garbage_.cycles.size());
      UnreachableCycle& cycle = garbage_.cycles.emplace_back();
      for (const std::uint32_t at : places) {
        const ObjectId id = unreachable_[at];
        cycle.members.push_back(id);
        cycle.size += heap_.size(id);
        cycle.has_finalizer |= heap_.flags(id).has(ObjectFlags::kHasFinalizer);
        owner_[at] = row;
      }
    }
    cycle_members_ = owner_;
  }

  [[nodiscard]] bool in_cycle(std::uint32_t at) const { return cycle_members_[at] != kUnsettled; }

  void settle_tails() {
    for (std::uint32_t number = component_count(); number-- > 0;) {
      for (const std::uint32_t at : component(number)) {
        if (owner_[at] == kUnsettled) {
          owner_[at] = kKeptByNone;
        }
        if (!in_cycle(at) && owner_[at] != kKeptByNone) {
          add_to_tail(garbage_.cycles[owner_[at]], unreachable_[at]);
        }
        pass_on_owner(at);
      }
    }
  }

  void add_to_tail(UnreachableCycle& cycle, ObjectId id) const {
    ++cycle.tail_objects;
    cycle.tail_size += heap_.size(id);
    cycle.has_finalizer |= heap_.flags(id).has(ObjectFlags::kHasFinalizer);
  }

  void pass_on_owner(std::uint32_t source) {
    for (const ObjectId target : heap_.targets(unreachable_[source])) {
      const std::uint32_t at = place(target);
      if (at == kNoCycle || in_cycle(at)) {
        continue;
      }
      const bool first = owner_[at] == kUnsettled;
      owner_[at] = first || owner_[at] == owner_[source] ? owner_[source] : kKeptByNone;
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

  /// Appends the references by which a member of a cycle refers to members of its cycle.
  void append_inner(ObjectId source, std::vector<Referrer>& inner) const {
    const std::uint32_t row = cycle_members_[place(source)];
    std::uint32_t ordinal = 0;
    for (const ObjectId target : heap_.targets(source)) {
      if (place(target) != kNoCycle && cycle_members_[place(target)] == row) {
        inner.push_back({source, ordinal});
      }
      ++ordinal;
    }
  }

  /// Sorts the cycles, and turns the map of places into the rows of the sorted cycles.
  void sort_cycles() {
    std::vector<std::uint32_t> order(garbage_.cycles.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t row_a, std::uint32_t row_b) {
      const UnreachableCycle& a = garbage_.cycles[row_a];
      const UnreachableCycle& b = garbage_.cycles[row_b];
      const std::uint64_t size_a = a.size + a.tail_size;
      const std::uint64_t size_b = b.size + b.tail_size;
      return size_a != size_b ? size_a > size_b : a.members.front() < b.members.front();
    });
    std::vector<UnreachableCycle> sorted;
    sorted.reserve(order.size());
    std::vector<std::uint32_t> row_after(order.size());
    for (const std::uint32_t row : order) {
      row_after[row] = static_cast<std::uint32_t>(sorted.size());
      sorted.push_back(std::move(garbage_.cycles[row]));
    }
    garbage_.cycles = std::move(sorted);
    for (std::size_t at = 0; at < unreachable_.size(); ++at) {
      const bool kept = owner_[at] != kKeptByNone;
      garbage_.cycle_of[unreachable_[at].value()] = kept ? row_after[owner_[at]] : kNoCycle;
    }
  }

  void group_cycles() {
    std::map<std::string, std::size_t> row_of;
    for (std::size_t row = 0; row < garbage_.cycles.size(); ++row) {
      const UnreachableCycle& cycle = garbage_.cycles[row];
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
  std::vector<ObjectId> unreachable_;           // By place.
  std::vector<std::uint32_t> component_;        // By place: the number of its component.
  std::vector<std::uint32_t> component_begin_;  // In by_component_, for each component.
  std::vector<std::uint32_t> by_component_;     // Places, grouped by component.
  std::vector<std::uint32_t> cycle_members_;    // By place: the cycle of a member, or kUnsettled.
  std::vector<std::uint32_t> owner_;            // By place: the cycle that it is in or the tail of.
};

/// A breadth-first search of a cycle from its first member.
class WalkSearch {
 public:
  WalkSearch(const Heap& heap, const std::vector<ObjectId>& members)
      : heap_(heap), members_(members), parent_(members.size()) {}

  /// Ends with the first reference that comes back to the first member.
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
