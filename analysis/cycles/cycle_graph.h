#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// One unreachable cycle with its tail as a graph of its own. Its objects are numbered 0, 1, ... in
/// the order of their addresses.
class CycleGraph {
 public:
  struct Edge {
    std::uint32_t target = 0;
    std::uint32_t ordinal = 0;  ///< Of the reference, in its source.
  };

  /// Cost: a pass over Garbage::cycle_of, and one over the references of these objects.
  CycleGraph(const dump::Heap& heap, const Garbage& garbage, std::size_t row);

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(objects_.size()); }

  [[nodiscard]] dump::ObjectId object(std::uint32_t number) const { return objects_[number]; }

  /// The number of an object. Requires: it is in the graph.
  [[nodiscard]] std::uint32_t number(dump::ObjectId id) const;

  /// The edges of all objects, one after another; an edge has a row among them.
  [[nodiscard]] std::span<const Edge> edges() const { return edges_; }

  [[nodiscard]] std::uint64_t first_edge(std::uint32_t number) const { return begin_[number]; }

  [[nodiscard]] std::uint64_t end_edge(std::uint32_t number) const { return begin_[number + 1]; }

  /// The row of a reference among the edges. Requires: source and target are in the graph.
  [[nodiscard]] std::uint64_t edge(dump::Referrer reference) const;

  /// The references that are on every closed walk, so that without any one of them no walk is
  /// closed. Requires: `walk` is a closed walk that meets no object twice, as closed_walk() gives
  /// one. They are some of its references, in its order. Cost: linear.
  [[nodiscard]] std::vector<dump::Referrer> on_every_walk(
      const std::vector<dump::Referrer>& walk) const;

  /// The objects that reference counts free, in that order, when nothing outside refers to them and
  /// the edges whose rows are marked in `removed` are not counted.
  [[nodiscard]] std::vector<std::uint32_t> freed_without(const std::vector<bool>& removed) const;

 private:
  std::vector<dump::ObjectId> objects_;
  std::vector<std::uint64_t> begin_;
  std::vector<Edge> edges_;
};

}  // namespace heapscan::analysis
