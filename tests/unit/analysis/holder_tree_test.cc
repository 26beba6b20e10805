#include "analysis/growth/holder_tree.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/text/describe.h"
#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;
using Node = HeapSketch::Node;
using Counts = std::pair<std::uint64_t, std::uint64_t>;  // Objects and bytes.

std::map<std::string, Counts> by_signature(const Heap& heap) {
  const HolderTree tree(heap, PathForest(heap));
  std::map<std::string, Counts> result;
  for (const NodeId node : tree.node_ids()) {
    if (tree.node(node).objects > 0) {
      Counts& counts = result[tree.signature(node)];
      counts.first += tree.node(node).objects;
      counts.second += tree.node(node).size;
    }
  }
  return result;
}

TEST(HolderTree, GroupsObjectsByTheirPath) {
  HeapSketch sketch;
  const Node shop = sketch.module("shop");
  const Node sessions = sketch.object("dict", 200);
  sketch.global(shop, "SESSIONS", sessions);
  for (const char* key : {"u-1", "u-2", "u-3"}) {
    sketch.entry(sessions, sketch.text(key, 50), sketch.object("Session", 48));
  }
  sketch.object("Lost", 10);

  EXPECT_EQ(by_signature(sketch.heap()),
            (std::map<std::string, Counts>{
                {"module shop", {1, 72}},
                {"module shop > .__dict__ > dict", {1, 184}},
                {"module shop > .SESSIONS > dict", {1, 200}},
                {"module shop > .SESSIONS > key of dict > str", {1, 50}},
                {"module shop > .SESSIONS > dict[*] > Session", {3, 144}},
                {"module shop > .SESSIONS > dict[*] > key of Session > str", {3, 150}},
                {"unreachable", {1, 10}},
            }));
}

TEST(HolderTree, AKeyWhoseValueIsHeldElsewhereIsAKeyOfTheDict) {
  HeapSketch sketch;
  const Node shared = sketch.object("User", 48);
  const Node cache = sketch.object("dict", 200);
  sketch.root(shared, dump::RootKind::kGlobal, "ADMIN");
  sketch.root(cache, dump::RootKind::kGlobal, "CACHE");
  sketch.entry(cache, sketch.text("root", 50), shared);
  EXPECT_EQ(by_signature(sketch.heap()).at("global CACHE > dict key > str"), Counts(1, 50));
}

TEST(HolderTree, AListOfAMillionNodesIsTwoNodes) {
  constexpr std::uint32_t kNodes = 1'000'000;
  dump::HeapBuilder builder;
  const auto type = builder.add_type("Node");
  const auto next = builder.intern("next");
  for (std::uint32_t row = 0; row < kNodes; ++row) {
    builder.add_object(
        {.address = 0x1000 + row * 64ULL, .type = type, .size = 48, .refcount = 1, .flags = {}});
    if (row > 0) {
      builder.add_attribute(dump::PendingObject(row - 1), dump::PendingObject(row), next);
    }
  }
  builder.add_root(dump::RootKind::kGlobal, dump::PendingObject(0), builder.intern("HEAD"), true);
  const Heap heap = std::move(builder).finish();

  EXPECT_EQ(by_signature(heap),
            (std::map<std::string, Counts>{
                {"global HEAD > Node", {1, 48}},
                {"global HEAD > .next > Node", {kNodes - 1, 48ULL * (kNodes - 1)}},
            }));
  EXPECT_EQ(path_signature(heap, PathForest(heap).path(ObjectId(kNodes - 1)).value()),
            "global HEAD > .next > Node");
}

/// What by_signature() returns if every object's signature is built from its own path. Keys, which
/// the tree has below their values, are left out on both sides.
TEST(HolderTree, HasEachObjectAtTheSignatureOfItsPathOnRandomHeaps) {
  const auto is_key = [](const std::string& text) {
    return text.find(" key") != std::string::npos || text.find("key of ") != std::string::npos;
  };
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    const Heap heap = tests::mixed_heap(seed, {.most_objects = 20, .density = 2, .most_roots = 3});
    const PathForest paths(heap);
    std::map<std::string, Counts> expected;
    Counts total;
    for (const ObjectId id : heap.objects()) {
      const std::string text =
          paths.reached(id) ? path_signature(heap, paths.path(id).value()) : "unreachable";
      Counts& counts = expected[text];
      ++counts.first;
      counts.second += heap.size(id);
      ++total.first;
      total.second += heap.size(id);
    }
    std::map<std::string, Counts> found = by_signature(heap);
    for (const auto& [text, counts] : found) {
      total.first -= counts.first;
      total.second -= counts.second;
    }
    EXPECT_EQ(total, Counts(0, 0));
    std::erase_if(expected, [&](const auto& row) { return is_key(row.first); });
    std::erase_if(found, [&](const auto& row) { return is_key(row.first); });
    EXPECT_EQ(found, expected);
  }
}

TEST(HolderTree, HasParentsBeforeChildrenAndNoStepTwice) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    const Heap heap = tests::mixed_heap(seed, {.most_objects = 40, .density = 3, .most_roots = 5});
    const HolderTree tree(heap, PathForest(heap));
    std::set<std::pair<NodeId, std::string>> steps;
    for (const NodeId node : tree.node_ids()) {
      if (node != SignatureTree::kTop) {
        EXPECT_LT(tree.steps().node(node).parent, node);
        EXPECT_TRUE(steps.emplace(tree.steps().node(node).parent, tree.step(node)).second);
      }
    }
  }
}

/// The same program, drawn with its objects, and hence its addresses, in another order.
Heap draw_shuffled(std::uint32_t seed) {
  constexpr std::uint32_t kNodes = 60;
  std::vector<std::uint32_t> order(kNodes);
  for (std::uint32_t row = 0; row < kNodes; ++row) {
    order[row] = row;
  }
  std::mt19937 random(seed);
  std::shuffle(order.begin(), order.end(), random);
  HeapSketch sketch;
  std::map<std::uint32_t, Node> nodes;
  for (const std::uint32_t row : order) {
    nodes.emplace(row, sketch.object("Node" + std::to_string(row % 7), 16 + row));
  }
  for (std::uint32_t row = 0; row < kNodes; ++row) {
    sketch.attribute(nodes.at(row), nodes.at((row * 7 + 1) % kNodes), "a");
    sketch.attribute(nodes.at(row), nodes.at((row * 5 + 3) % kNodes), "b");
  }
  sketch.root(nodes.at(0), dump::RootKind::kGlobal, "ROOT");
  return sketch.heap();
}

TEST(HolderTree, DoesNotDependOnTheOrderOfObjects) {
  const auto expected = by_signature(draw_shuffled(0));
  EXPECT_GT(expected.size(), 10U);
  for (std::uint32_t seed = 1; seed < 50; ++seed) {
    EXPECT_EQ(by_signature(draw_shuffled(seed)), expected);
  }
}

}  // namespace
}  // namespace heapscan::analysis
