#include "dump/heap_graph.h"

#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/strong_components.hpp>
#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"

namespace heapscan::dump {
namespace {

using tests::HeapSketch;

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Heap>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Heap>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<Heap>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<Heap>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<Heap>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyMapConcept<ObjectIndexMap, ObjectId>));

/// holder -> parent <-> child, and a separate dict.
Heap parent_and_child() {
  HeapSketch sketch;
  const auto holder = sketch.object("list");
  const auto parent = sketch.object("Parent");
  const auto child = sketch.object("Child");
  sketch.object("dict");
  sketch.item(holder, parent, 0);
  sketch.attribute(parent, child, "child");
  sketch.attribute(child, parent, "parent");
  return sketch.heap();
}

template <class T>
auto by_row(std::vector<T>& rows, const Heap& heap) {
  return boost::make_iterator_property_map(rows.begin(), get(boost::vertex_index, heap));
}

TEST(HeapGraph, VerticesAreTheObjectsAndEdgesTheReferences) {
  const Heap heap = parent_and_child();
  EXPECT_EQ(num_vertices(heap), 4U);
  const auto [first, last] = vertices(heap);
  EXPECT_EQ(std::vector<ObjectId>(first, last),
            (std::vector<ObjectId>{ObjectId(0), ObjectId(1), ObjectId(2), ObjectId(3)}));
  const auto [out, out_end] = out_edges(ObjectId(0), heap);
  ASSERT_EQ(std::distance(out, out_end), 1);
  EXPECT_EQ(source(*out, heap), ObjectId(0));
  EXPECT_EQ(target(*out, heap), ObjectId(1));
  EXPECT_EQ(out_degree(ObjectId(3), heap), 0U);
  EXPECT_EQ(in_degree(ObjectId(1), heap), 2U);
  EXPECT_EQ(degree(ObjectId(1), heap), 3U);
  const auto [in, in_end] = in_edges(ObjectId(1), heap);
  ASSERT_EQ(std::distance(in, in_end), 2);
  EXPECT_EQ(source(*in, heap), ObjectId(0));
  EXPECT_EQ(target(*in, heap), ObjectId(1));
  const auto [adjacent, adjacent_end] = adjacent_vertices(ObjectId(2), heap);
  EXPECT_EQ(std::vector<ObjectId>(adjacent, adjacent_end), std::vector<ObjectId>{ObjectId(1)});
  EXPECT_EQ(get(boost::vertex_index, heap, ObjectId(2)), 2U);
}

TEST(HeapGraph, BoostFindsTheStrongComponents) {
  const Heap heap = parent_and_child();
  std::vector<std::uint32_t> component(heap.object_count());
  EXPECT_EQ(boost::strong_components(heap, by_row(component, heap)), 3U);
  EXPECT_EQ(component[1], component[2]);
  EXPECT_NE(component[0], component[1]);
  EXPECT_NE(component[0], component[3]);
}

TEST(HeapGraph, BoostSearchesBreadthFirst) {
  const Heap heap = parent_and_child();
  std::vector<int> distance(heap.object_count(), -1);
  distance[0] = 0;
  boost::breadth_first_search(heap, ObjectId(0),
                              boost::visitor(boost::make_bfs_visitor(boost::record_distances(
                                  by_row(distance, heap), boost::on_tree_edge()))));
  EXPECT_EQ(distance, (std::vector<int>{0, 1, 2, -1}));
}

TEST(HeapGraph, BoostSearchesDepthFirst) {
  const Heap heap = parent_and_child();
  std::vector<ObjectId> parent(heap.object_count());
  boost::depth_first_search(heap, boost::visitor(boost::make_dfs_visitor(boost::record_predecessors(
                                      by_row(parent, heap), boost::on_tree_edge()))));
  EXPECT_EQ(parent,
            (std::vector<ObjectId>{ObjectId::none(), ObjectId(0), ObjectId(1), ObjectId::none()}));
}

TEST(HeapGraph, BoostWritesItForGraphviz) {
  std::ostringstream text;
  boost::write_graphviz(text, parent_and_child());
  EXPECT_EQ(text.str(), "digraph G {\n0;\n1;\n2;\n3;\n0->1 ;\n1->2 ;\n2->1 ;\n}\n");
}

TEST(HeapGraph, TheEdgesOfAllObjectsAreListedEvenIfSomeHaveNone) {
  HeapSketch sketch;
  sketch.object("int");
  const auto list = sketch.object("list");
  sketch.object("int");
  const auto dict = sketch.object("dict");
  sketch.object("int");
  sketch.item(dict, list, 0);
  sketch.item(list, dict, 0);
  sketch.item(dict, dict, 1);
  const Heap heap = sketch.heap();
  const auto [first, last] = edges(heap);
  EXPECT_EQ(std::vector<ReferenceEdge>(first, last),
            (std::vector<ReferenceEdge>{{ObjectId(1), 0}, {ObjectId(3), 0}, {ObjectId(3), 1}}));
  EXPECT_EQ(num_edges(heap), 3U);
}

TEST(HeapGraph, AnEmptyHeapHasNoEdges) {
  const Heap heap = HeapSketch().heap();
  const auto [first, last] = edges(heap);
  EXPECT_TRUE(first == last);
}

}  // namespace
}  // namespace heapscan::dump
