#include "analysis/paths/path_tree.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/text/describe.h"
#include "tests/support/heap_dsl.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;
using Node = HeapSketch::Node;

TEST(PathTree, MergesTheStepsThatPathsHaveInCommon) {
  HeapSketch sketch;
  const Node shop = sketch.module("shop");
  const Node cache = sketch.object("dict");
  const Node log = sketch.object("list");
  sketch.global(shop, "CACHE", cache);
  sketch.global(shop, "LOG", log);
  std::vector<ObjectId> sessions;
  for (std::uint32_t number = 0; number < 7; ++number) {
    const Node session = sketch.object("Session", 10);
    sketch.item(number < 5 ? cache : log, session, number);
    sessions.push_back(HeapSketch::id(session));
  }
  sessions.push_back(HeapSketch::id(sketch.object("Session", 1)));  // Nothing holds it.
  const Heap heap = sketch.heap();
  const PathForest paths(heap);
  const PathTree tree(heap, paths, sessions);
  std::vector<std::string> lines;
  for (const PathTree::Node& node : tree.nodes()) {
    lines.push_back(std::string(node.depth, ' ') + node.step + " " + std::to_string(node.objects) +
                    " " + std::to_string(node.size) + " " + std::to_string(node.ends_here));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"module shop 7 70 0", " .CACHE dict 5 50 0",
                                             "  [*] Session 5 50 5", " .LOG list 2 20 0",
                                             "  [*] Session 2 20 2"}));
  EXPECT_EQ(tree.unreachable(), 1U);
  EXPECT_EQ(tree.unreachable_size(), 1U);
}

TEST(PathTree, CountsEachObjectAtItsSignatureOnThousandsOfSmallHeaps) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    const Heap heap = tests::mixed_heap(seed, {20, 3, 4});
    const PathForest paths(heap);
    std::vector<ObjectId> objects;
    std::map<std::string, std::uint64_t> ending;
    std::uint64_t reached = 0;
    for (const ObjectId id : heap.objects()) {
      if (heap.type_name(id) == "app.Node") {
        objects.push_back(id);
        if (const auto path = paths.path(id)) {
          ++ending[path_signature(heap, *path)];
          ++reached;
        }
      }
    }
    const PathTree tree(heap, paths, objects);
    std::uint64_t at_roots = 0;
    std::uint64_t ended = 0;
    std::size_t ends = 0;
    for (const PathTree::Node& node : tree.nodes()) {
      at_roots += node.depth == 0 ? node.objects : 0;
      ended += node.ends_here;
      ends += node.ends_here > 0 ? 1 : 0;
    }
    ASSERT_EQ(at_roots, reached) << seed;
    ASSERT_EQ(ended, reached) << seed;
    // Two signatures may have the same text.
    ASSERT_GE(ends, ending.size()) << seed;
    ASSERT_EQ(tree.unreachable(), objects.size() - reached) << seed;
  }
}

}  // namespace
}  // namespace heapscan::analysis
