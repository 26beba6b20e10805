#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>

#include "dump/heap.h"

/// Makes Heap a Boost.Graph graph of its strong references, without copying: a VertexListGraph,
/// EdgeListGraph, IncidenceGraph, BidirectionalGraph and AdjacencyGraph. Vertices are ObjectIds,
/// edges are Referrers, and get(vertex_index, heap) maps a vertex to its row. The first in_edges()
/// builds the heap's reverse references.
namespace heapscan::dump {

/// An edge of the graph: the ordinal-th reference of its source.
using ReferenceEdge = Referrer;

/// Iterates over the out-edges of one object.
class OutEdgeIterator : public boost::iterator_facade<OutEdgeIterator,
                                                      ReferenceEdge,
                                                      std::random_access_iterator_tag,
                                                      ReferenceEdge,
                                                      std::ptrdiff_t> {
 public:
  OutEdgeIterator() = default;

  OutEdgeIterator(ObjectId source, std::uint32_t ordinal) : source_(source), ordinal_(ordinal) {}

 private:
  friend class boost::iterator_core_access;

  [[nodiscard]] ReferenceEdge dereference() const { return {source_, ordinal_}; }

  [[nodiscard]] bool equal(const OutEdgeIterator& other) const {
    return ordinal_ == other.ordinal_;
  }

  void increment() { ++ordinal_; }

  void decrement() { --ordinal_; }

  void advance(std::ptrdiff_t n) {
    ordinal_ = static_cast<std::uint32_t>(static_cast<std::ptrdiff_t>(ordinal_) + n);
  }

  [[nodiscard]] std::ptrdiff_t distance_to(const OutEdgeIterator& other) const {
    return static_cast<std::ptrdiff_t>(other.ordinal_) - static_cast<std::ptrdiff_t>(ordinal_);
  }

  ObjectId source_;
  std::uint32_t ordinal_ = 0;
};

/// Iterates over all edges, by source, and those of one source in the order in which it holds them.
/// The heap must outlive it.
class EdgeIterator : public boost::iterator_facade<EdgeIterator,
                                                   ReferenceEdge,
                                                   std::forward_iterator_tag,
                                                   ReferenceEdge,
                                                   std::ptrdiff_t> {
 public:
  EdgeIterator() = default;

  /// The edge in this row of the reference columns, or the end. Requires: `row` belongs to `source`
  /// or to a later object.
  EdgeIterator(const Heap& heap, ObjectId source, std::uint64_t row)
      : begins_(heap.columns().reference_begin.span()), source_(source), row_(row) {
    skip_to_source();
  }

 private:
  friend class boost::iterator_core_access;

  [[nodiscard]] ReferenceEdge dereference() const {
    return {source_, static_cast<std::uint32_t>(row_ - begins_[source_.value()])};
  }

  [[nodiscard]] bool equal(const EdgeIterator& other) const { return row_ == other.row_; }

  void increment() {
    ++row_;
    skip_to_source();
  }

  void skip_to_source() {
    while (row_ < begins_.back() && begins_[source_.value() + std::size_t{1}] <= row_) {
      source_ = ObjectId(source_.value() + 1);
    }
  }

  std::span<const std::uint64_t> begins_;
  ObjectId source_;
  std::uint64_t row_ = 0;
};

struct HeapGraphCategory : virtual boost::vertex_list_graph_tag,
                           virtual boost::edge_list_graph_tag,
                           virtual boost::bidirectional_graph_tag,
                           virtual boost::adjacency_graph_tag {};

/// The property map from a vertex to its row.
struct ObjectIndexMap {
  using key_type = ObjectId;
  using value_type = std::uint32_t;
  using reference = std::uint32_t;
  using category = boost::readable_property_map_tag;
};

inline std::uint32_t get(ObjectIndexMap /*map*/, ObjectId id) {
  return id.value();
}

}  // namespace heapscan::dump

template <>
struct boost::graph_traits<heapscan::dump::Heap> {
  using vertex_descriptor = heapscan::dump::ObjectId;
  using edge_descriptor = heapscan::dump::ReferenceEdge;
  using vertex_iterator = heapscan::dump::IndexRange<heapscan::dump::ObjectId>::Iterator;
  using out_edge_iterator = heapscan::dump::OutEdgeIterator;
  using in_edge_iterator = const heapscan::dump::Referrer*;
  using adjacency_iterator = const heapscan::dump::ObjectId*;
  using edge_iterator = heapscan::dump::EdgeIterator;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = heapscan::dump::HeapGraphCategory;
  using vertices_size_type = std::uint32_t;
  using edges_size_type = std::uint64_t;
  using degree_size_type = std::uint64_t;

  static vertex_descriptor null_vertex() { return vertex_descriptor::none(); }
};

template <>
struct boost::property_map<heapscan::dump::Heap, boost::vertex_index_t> {
  using type = heapscan::dump::ObjectIndexMap;
  using const_type = heapscan::dump::ObjectIndexMap;
};

namespace heapscan::dump {

using HeapGraphTraits = boost::graph_traits<Heap>;

inline std::uint32_t num_vertices(const Heap& heap) {
  return heap.object_count();
}

inline std::pair<HeapGraphTraits::vertex_iterator, HeapGraphTraits::vertex_iterator> vertices(
    const Heap& heap) {
  return {heap.objects().begin(), heap.objects().end()};
}

inline std::uint64_t num_edges(const Heap& heap) {
  return heap.reference_count();
}

inline std::pair<EdgeIterator, EdgeIterator> edges(const Heap& heap) {
  return {EdgeIterator(heap, ObjectId(0), 0),
          EdgeIterator(heap, ObjectId::none(), heap.reference_count())};
}

inline ObjectId source(ReferenceEdge edge, const Heap& /*heap*/) {
  return edge.source;
}

inline ObjectId target(ReferenceEdge edge, const Heap& heap) {
  return heap.targets(edge.source)[edge.ordinal];
}

inline std::pair<OutEdgeIterator, OutEdgeIterator> out_edges(ObjectId id, const Heap& heap) {
  return {OutEdgeIterator(id, 0), OutEdgeIterator(id, heap.out_degree(id))};
}

inline std::uint64_t out_degree(ObjectId id, const Heap& heap) {
  return heap.out_degree(id);
}

inline std::pair<const Referrer*, const Referrer*> in_edges(ObjectId id, const Heap& heap) {
  const std::span<const Referrer> referrers = heap.referrers(id);
  return {referrers.data(), referrers.data() + referrers.size()};
}

inline std::uint64_t in_degree(ObjectId id, const Heap& heap) {
  return heap.referrers(id).size();
}

inline std::uint64_t degree(ObjectId id, const Heap& heap) {
  return out_degree(id, heap) + in_degree(id, heap);
}

inline std::pair<const ObjectId*, const ObjectId*> adjacent_vertices(ObjectId id,
                                                                     const Heap& heap) {
  const std::span<const ObjectId> targets = heap.targets(id);
  return {targets.data(), targets.data() + targets.size()};
}

inline ObjectIndexMap get(boost::vertex_index_t /*tag*/, const Heap& /*heap*/) {
  return {};
}

inline std::uint32_t get(boost::vertex_index_t /*tag*/, const Heap& /*heap*/, ObjectId id) {
  return id.value();
}

}  // namespace heapscan::dump
