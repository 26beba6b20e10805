#include "analysis/cycles/cycles.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/graph/paths.h"
#include "tests/support/heap_dsl.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::RootKind;
using tests::HeapSketch;
using Node = HeapSketch::Node;

ObjectSet reachable(const Heap& heap) {
  const PathForest paths(heap);
  ObjectSet found(heap.object_count());
  for (const ObjectId id : paths.order()) {
    found.insert(id);
  }
  return found;
}

Garbage garbage_of(const Heap& heap) {
  return find_garbage(heap, reachable(heap));
}

Garbage garbage_of(const HeapSketch& sketch) {
  return garbage_of(sketch.heap());
}

/// `length` objects, each referring to the next one, the last one to the first.
std::vector<Node> draw_ring(HeapSketch& sketch, std::string_view name, int length) {
  std::vector<Node> ring;
  ring.reserve(static_cast<std::size_t>(length));
  for (int row = 0; row < length; ++row) {
    ring.push_back(sketch.object("Node", 48));
  }
  for (std::size_t row = 0; row < ring.size(); ++row) {
    sketch.attribute(ring[row], ring[(row + 1) % ring.size()], name);
  }
  return ring;
}

TEST(Cycles, TwoObjectsThatReferToEachOtherAreACycle) {
  HeapSketch sketch;
  const Node parent = sketch.object("Parent", 48);
  const Node child = sketch.object("Child", 56);
  sketch.attribute(parent, child, "child");
  sketch.attribute(child, parent, "parent");
  const Garbage garbage = garbage_of(sketch);

  ASSERT_EQ(garbage.cycles.size(), 1U);
  const UnreachableCycle& cycle = garbage.cycles[0];
  EXPECT_EQ(cycle.members, (std::vector{HeapSketch::id(parent), HeapSketch::id(child)}));
  EXPECT_EQ(cycle.size, 104U);
  EXPECT_EQ(cycle.signature, "Child .parent > Parent .child > Child");
  EXPECT_EQ(garbage.objects, 2U);
  EXPECT_EQ(garbage.cycle_size, 104U);
  EXPECT_EQ(garbage.rest_objects, 0U);
  EXPECT_FALSE(cycle.has_finalizer);
}

TEST(Cycles, AReachableCycleIsNotGarbage) {
  HeapSketch sketch;
  const std::vector<Node> ring = draw_ring(sketch, "next", 3);
  sketch.root(ring[1], RootKind::kGlobal, "RING");
  const Garbage garbage = garbage_of(sketch);
  EXPECT_EQ(garbage.objects, 0U);
  EXPECT_TRUE(garbage.cycles.empty());
  EXPECT_EQ(garbage.cycle_of, std::vector<CycleId>(3));
}

TEST(Cycles, AnObjectThatRefersToItselfIsACycle) {
  HeapSketch sketch;
  const Node list = sketch.object("list", 72);
  sketch.item(list, list, 0);
  const Heap heap = sketch.heap();
  const Garbage garbage = garbage_of(heap);
  ASSERT_EQ(garbage.cycles.size(), 1U);
  EXPECT_EQ(garbage.cycles[0].signature, "list [*] > list");
  EXPECT_EQ(closed_walk(heap, garbage.cycles[0]),
            (std::vector<dump::Referrer>{{HeapSketch::id(list), 0}}));
}

TEST(Cycles, ObjectsThatOnlyACycleKeepsAliveAreItsTail) {
  HeapSketch sketch;
  const std::vector<Node> ring = draw_ring(sketch, "next", 2);
  const Node dict = sketch.object("dict", 64);
  const Node text = sketch.text("payload", 100);
  sketch.attribute(ring[0], dict, "data");
  sketch.item(dict, text, 0);
  sketch.item(ring[1], text, 0);
  const Garbage garbage = garbage_of(sketch);

  ASSERT_EQ(garbage.cycles.size(), 1U);
  EXPECT_EQ(garbage.cycles[0].tail_objects, 2U);
  EXPECT_EQ(garbage.cycles[0].tail_size, 164U);
  EXPECT_EQ(garbage.cycle_of, std::vector<CycleId>(4, CycleId(0)));
  EXPECT_EQ(garbage.rest_objects, 0U);
}

TEST(Cycles, ObjectsThatTwoCyclesHoldAreInTheTailOfNeither) {
  HeapSketch sketch;
  const Node shared = sketch.object("list", 72);
  const Node below = sketch.object("list", 80);
  sketch.item(shared, below, 0);
  for (int cycle = 0; cycle < 2; ++cycle) {
    sketch.attribute(draw_ring(sketch, "next", 2)[0], shared, "shared");
  }
  const Garbage garbage = garbage_of(sketch);
  EXPECT_EQ(garbage.cycles.size(), 2U);
  EXPECT_EQ(garbage.rest_objects, 2U);
  EXPECT_EQ(garbage.rest_size, 152U);
  EXPECT_EQ(garbage.cycle_of[HeapSketch::id(below).value()], CycleId::none());
}

TEST(Cycles, ObjectsWithoutReferrersAreAboutToBeFreed) {
  HeapSketch sketch;
  const Node list = sketch.object("list", 72);
  sketch.item(list, sketch.text("x", 50), 0);
  const Garbage garbage = garbage_of(sketch);
  EXPECT_TRUE(garbage.cycles.empty());
  EXPECT_EQ(garbage.rest_objects, 2U);
  EXPECT_EQ(garbage.rest_size, 122U);
}

TEST(Cycles, ACycleHeldByAnotherOneIsACycleOfItsOwn) {
  HeapSketch sketch;
  const std::vector<Node> above = draw_ring(sketch, "next", 2);
  const std::vector<Node> below = draw_ring(sketch, "next", 3);
  sketch.attribute(above[0], below[0], "other");
  const Garbage garbage = garbage_of(sketch);
  ASSERT_EQ(garbage.cycles.size(), 2U);
  EXPECT_EQ(garbage.cycles[0].members.size(), 3U);  // The larger one first.
  EXPECT_EQ(garbage.cycles[0].tail_objects, 0U);
  EXPECT_EQ(garbage.cycles[1].tail_objects, 0U);
}

TEST(Cycles, AFinalizerInTheTailCountsForTheCycle) {
  HeapSketch sketch;
  const std::vector<Node> ring = draw_ring(sketch, "next", 2);
  dump::ObjectFlags flags;
  flags.set(dump::ObjectFlags::kHasFinalizer);
  sketch.attribute(ring[0], sketch.object("Socket", 40, flags), "socket");
  EXPECT_TRUE(garbage_of(sketch).cycles[0].has_finalizer);
}

TEST(Cycles, RingsOfAnyLengthHaveOneSignature) {
  HeapSketch sketch;
  draw_ring(sketch, "next", 3);
  draw_ring(sketch, "next", 5);
  draw_ring(sketch, "next", 1);
  draw_ring(sketch, "peer", 3);
  const Garbage garbage = garbage_of(sketch);
  ASSERT_EQ(garbage.groups.size(), 2U);
  EXPECT_EQ(garbage.groups[0].signature, "Node .next > Node");
  EXPECT_EQ(garbage.groups[0].cycles, 3U);
  EXPECT_EQ(garbage.groups[0].objects, 9U);
  EXPECT_EQ(garbage.groups[0].size, 9U * 48);
  EXPECT_EQ(garbage.cycle(garbage.groups[0].example).members.size(), 5U);
  EXPECT_EQ(garbage.groups[1].signature, "Node .peer > Node");
}

/// A tree whose nodes refer to their parents.
void draw_tree(HeapSketch& sketch, unsigned nodes) {
  std::vector<Node> drawn = {sketch.object("Node", 48)};
  std::vector<Node> lists = {sketch.object("list", 72)};
  sketch.attribute(drawn[0], lists[0], "children");
  for (unsigned row = 1; row < nodes; ++row) {
    drawn.push_back(sketch.object("Node", 48));
    lists.push_back(sketch.object("list", 72));
    sketch.attribute(drawn[row], lists[row], "children");
    sketch.item(lists[(row - 1) / 2], drawn[row], row);
    sketch.attribute(drawn[row], drawn[(row - 1) / 2], "parent");
  }
}

TEST(Cycles, TreesWithParentsHaveOneSignatureWhateverTheirSize) {
  HeapSketch sketch;
  draw_tree(sketch, 2);
  draw_tree(sketch, 7);
  draw_tree(sketch, 100);
  const Garbage garbage = garbage_of(sketch);
  ASSERT_EQ(garbage.groups.size(), 1U);
  EXPECT_EQ(garbage.groups[0].cycles, 3U);
  EXPECT_EQ(garbage.groups[0].signature, "Node .children > list [*] > Node .parent > Node");
}

TEST(Cycles, AnInstanceAndItsDictAreOneNode) {
  HeapSketch sketch;
  const Node parent = sketch.object("Parent");
  const Node parent_dict = sketch.object("dict");
  const Node child = sketch.object("Child");
  sketch.attribute(parent, parent_dict, "__dict__");
  sketch.entry(parent_dict, sketch.text("child"), child);
  sketch.attribute(child, parent, "parent");
  EXPECT_EQ(garbage_of(sketch).cycles[0].signature, "Child .parent > Parent .child > Child");
}

TEST(Cycles, WithManyKindsOfReferencesOnlyTheTypesAreNamed) {
  HeapSketch sketch;
  const Node module = sketch.object("dict");
  for (int row = 0; row < 12; ++row) {
    const Node part = sketch.object((row < 3 ? "app.Part" : "part") + std::to_string(row));
    sketch.item(module, part, 0);
    sketch.attribute(part, module, "module");
  }
  EXPECT_EQ(garbage_of(sketch).cycles[0].signature,
            "app.Part0, app.Part1, app.Part2, dict, part10, part11, part3, part4 and 5 more types");
}

TEST(Cycles, ARingOfAMillionObjectsIsOneCycle) {
  HeapSketch sketch;
  draw_ring(sketch, "next", 1'000'000);
  const Heap heap = sketch.heap();
  const Garbage garbage = garbage_of(heap);
  ASSERT_EQ(garbage.cycles.size(), 1U);
  EXPECT_EQ(garbage.cycles[0].signature, "Node .next > Node");
  EXPECT_EQ(closed_walk(heap, garbage.cycles[0]).size(), 1'000'000U);
}

/// For each object, all objects that it reaches by at least one reference.
std::vector<std::set<ObjectId>> naive_reach(const Heap& heap) {
  std::vector<std::set<ObjectId>> reach(heap.object_count());
  bool changed = true;
  while (changed) {
    changed = false;
    for (const ObjectId source : heap.objects()) {
      std::set<ObjectId>& known = reach[source.value()];
      const std::size_t before = known.size();
      for (const ObjectId target : heap.targets(source)) {
        known.insert(target);
        known.insert(reach[target.value()].begin(), reach[target.value()].end());
      }
      changed |= known.size() != before;
    }
  }
  return reach;
}

/// Checks that the members are the unreachable objects that reach each other, and that the walks
/// are closed.
void expect_agrees(const Heap& heap, const Garbage& garbage, const ObjectSet& live) {
  const auto reach = naive_reach(heap);
  std::uint64_t members = 0;
  for (const UnreachableCycle& cycle : garbage.cycles) {
    members += cycle.members.size();
    for (const ObjectId a : cycle.members) {
      for (const ObjectId b : heap.objects()) {
        const bool together = reach[a.value()].contains(b) && reach[b.value()].contains(a);
        const bool listed = std::binary_search(cycle.members.begin(), cycle.members.end(), b);
        EXPECT_EQ(together, listed);
      }
    }
    const auto walk = closed_walk(heap, cycle);
    ASSERT_FALSE(walk.empty());
    EXPECT_EQ(walk.front().source, cycle.members.front());
    for (std::size_t step = 0; step < walk.size(); ++step) {
      EXPECT_EQ(heap.reference(walk[step]).target, walk[(step + 1) % walk.size()].source);
    }
  }
  for (const ObjectId id : heap.objects()) {
    const bool cyclic = !live.contains(id) && reach[id.value()].contains(id);
    members -= cyclic ? 1 : 0;
  }
  EXPECT_EQ(members, 0U);
}

void expect_adds_up(const Heap& heap, const Garbage& garbage, const ObjectSet& live) {
  std::uint64_t objects = garbage.rest_objects;
  std::uint64_t size = garbage.rest_size;
  for (const UnreachableCycle& cycle : garbage.cycles) {
    objects += cycle.members.size() + cycle.tail_objects;
    size += cycle.size + cycle.tail_size;
  }
  EXPECT_EQ(objects, garbage.objects);
  EXPECT_EQ(size, garbage.size);
  std::uint64_t grouped = garbage.rest_size;
  for (const CycleGroup& group : garbage.groups) {
    grouped += group.size + group.tail_size;
    EXPECT_EQ(garbage.cycle(group.example).signature, group.signature);
  }
  EXPECT_EQ(grouped, garbage.size);
  std::uint64_t unreachable_size = 0;
  std::vector<std::uint64_t> counted(garbage.cycles.size());
  for (const ObjectId id : heap.objects()) {
    const CycleId row = garbage.cycle_of[id.value()];
    unreachable_size += live.contains(id) ? 0 : heap.size(id);
    EXPECT_TRUE(!row.has_value() || !live.contains(id));
    if (row.has_value()) {
      ++counted.at(row.value());
    }
  }
  EXPECT_EQ(unreachable_size, garbage.size);
  for (std::size_t row = 0; row < counted.size(); ++row) {
    EXPECT_EQ(counted[row], garbage.cycles[row].members.size() + garbage.cycles[row].tail_objects);
  }
}

/// By the literal definition: owners are propagated until nothing changes.
std::vector<CycleId> naive_owners(const Heap& heap, const Garbage& garbage, const ObjectSet& live) {
  std::vector<CycleId> owner(heap.object_count());
  std::vector<bool> member(heap.object_count());
  for (std::uint32_t row = 0; row < garbage.cycles.size(); ++row) {
    for (const ObjectId id : garbage.cycles[row].members) {
      owner[id.value()] = CycleId(row);
      member[id.value()] = true;
    }
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (const ObjectId id : heap.objects()) {
      if (live.contains(id) || member[id.value()]) {
        continue;
      }
      std::set<CycleId> owners;
      for (const dump::Referrer referrer : heap.referrers(id)) {
        owners.insert(owner[referrer.source.value()]);
      }
      const CycleId found = owners.size() == 1 ? *owners.begin() : CycleId::none();
      changed |= owner[id.value()] != found;
      owner[id.value()] = found;
    }
  }
  return owner;
}

TEST(Cycles, AgreeWithNaiveReachabilityOnRandomHeaps) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    const Heap heap = tests::mixed_heap(seed, {.most_objects = 14, .density = 2, .most_roots = 1});
    const ObjectSet live = reachable(heap);
    const Garbage garbage = find_garbage(heap, live);
    expect_agrees(heap, garbage, live);
    expect_adds_up(heap, garbage, live);
    EXPECT_EQ(garbage.cycle_of, naive_owners(heap, garbage, live));
    for (const UnreachableCycle& cycle : garbage.cycles) {
      // Every walk that is spelled out returns to the type with which it starts.
      const std::string type = cycle.signature.substr(0, cycle.signature.find(' '));
      const std::string first_walk = cycle.signature.substr(0, cycle.signature.find(';'));
      EXPECT_TRUE(first_walk.ends_with("> " + type) || first_walk.find(',') != std::string::npos)
          << cycle.signature;
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
