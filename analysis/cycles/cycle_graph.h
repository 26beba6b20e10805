#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/cycles/cycles.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// An object of a CycleGraph, numbered in the order of their addresses.
using CycleNode = dump::Index<struct CycleNodeTag>;

/// One unreachable cycle with its tail as a graph of its own.
class CycleGraph {
 public:
  struct Edge {
    CycleNode target;
    std::uint32_t ordinal = 0;  ///< Of the reference, in its source.
  };

  /// Cost: a pass over Garbage::cycle_of, and one over the references of these objects.
  CycleGraph(const dump::Heap& heap, const Garbage& garbage, CycleId cycle);

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(objects_.size()); }

  [[nodiscard]] dump::IndexRange<CycleNode> nodes() const {
    return dump::IndexRange<CycleNode>(size());
  }

  [[nodiscard]] dump::ObjectId object(CycleNode node) const { return objects_[node.value()]; }

  /// The node of an object. Requires: it is in the graph.
  [[nodiscard]] CycleNode node(dump::ObjectId id) const;

  /// The edges of all nodes, grouped by source; an edge is identified by its row among them.
  [[nodiscard]] std::span<const Edge> edges() const { return edges_; }

  [[nodiscard]] std::uint64_t first_edge(CycleNode node) const { return begin_[node.value()]; }

  [[nodiscard]] std::uint64_t end_edge(CycleNode node) const {
    return begin_[node.value() + std::size_t{1}];
  }

  /// The row of a reference among the edges. Requires: source and target are in the graph.
  [[nodiscard]] std::uint64_t edge(dump::Referrer reference) const;

  /// The references that are on every closed walk: without any one of them there is none left.
  /// They are some of the references of `walk`, in its order. Requires: `walk` is a closed walk
  /// that visits no object twice, as closed_walk() returns it. Cost: linear.
  [[nodiscard]] std::vector<dump::Referrer> on_every_walk(
      const std::vector<dump::Referrer>& walk) const;

  /// The objects that reference counting frees, in that order, if nothing outside refers to them
  /// and the edges marked in `removed` are not counted. Cost: linear.
  [[nodiscard]] std::vector<CycleNode> freed_without(const std::vector<bool>& removed) const;

 private:
  std::vector<dump::ObjectId> objects_;
  std::vector<std::uint64_t> begin_;
  std::vector<Edge> edges_;
};

}  // namespace heapscan::analysis
