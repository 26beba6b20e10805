#include "analysis/suspects/suspects.h"

#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/heap_dsl.h"
#include "tests/support/random_heap.h"
#include "tests/support/realistic_heap.h"
#include "tests/unit/analysis/mixed_heap.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::RootKind;
using tests::HeapSketch;
using Node = HeapSketch::Node;

Suspects suspects_of(const Heap& heap) {
  return find_suspects(heap, dominator_tree(heap), PathForest(heap));
}

Suspects suspects_of(const HeapSketch& sketch) {
  return suspects_of(sketch.heap());
}

/// `count` objects of `type` as items of `holder`.
void fill(HeapSketch& sketch, Node holder, std::string_view type, int count, std::uint64_t size) {
  for (int number = 0; number < count; ++number) {
    sketch.item(holder, sketch.object(type, size), static_cast<std::uint32_t>(number));
  }
}

TEST(Suspects, NameTheContainerInWhichManyObjectsAccumulate) {
  HeapSketch sketch;
  const Node module = sketch.module("shop");
  const Node cache = sketch.object("Cache", 64);
  const Node entries = sketch.object("dict", 640);
  sketch.global(module, "CACHE", cache);
  sketch.attribute(cache, entries, "entries");
  fill(sketch, entries, "shop.Session", 1000, 50);
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  const Suspect& suspect = suspects.rows[0];
  EXPECT_EQ(suspect.kind, SuspectKind::kHolder);
  EXPECT_EQ(suspect.holder, HeapSketch::id(entries));
  EXPECT_EQ(suspect.place, "module shop > .CACHE > .entries > dict");
  EXPECT_EQ(suspect.type, "shop.Session");
  EXPECT_EQ(suspect.instances, 1000U);
  EXPECT_EQ(suspect.size, 50'640U);
  EXPECT_EQ(suspect.retained, 50'640U);
  ASSERT_EQ(suspect.types.size(), 2U);
  EXPECT_EQ(suspect.types[0].name, "shop.Session");
  EXPECT_EQ(suspect.types[1].size, 640U);
}

TEST(Suspects, NameTheListEvenIfAVariableAndAFrameHoldItsItemsToo) {
  HeapSketch sketch;
  const Node module = sketch.module("jobs");
  const Node tasks = sketch.object("set", 64);
  const Node waiting = sketch.object("list", 64);
  sketch.global(module, "TASKS", tasks);
  sketch.global(module, "WAITING", waiting);
  for (std::uint32_t number = 0; number < 500; ++number) {
    const Node task = sketch.object("jobs.Task", 100);
    sketch.item(tasks, task, number);
    sketch.item(waiting, task, number);
    if (number < 3) {
      sketch.root(task, RootKind::kFrame, "MainThread run() task" + std::to_string(number));
    }
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_FALSE(suspects.rows.empty());
  EXPECT_EQ(suspects.rows[0].holder, HeapSketch::id(tasks));
  EXPECT_EQ(suspects.rows[0].instances, 500U);
  EXPECT_EQ(suspects.rows[0].retained, 64U);  // What the list also holds would remain.
}

TEST(Suspects, LookThroughWrappersForTheClassOfTheProgram) {
  HeapSketch sketch;
  const Node module = sketch.module("ui");
  const Node listeners = sketch.object("list", 64);
  sketch.global(module, "LISTENERS", listeners);
  for (std::uint32_t number = 0; number < 200; ++number) {
    const Node method = sketch.object("method", 64);
    sketch.item(listeners, method, number);
    sketch.attribute(method, sketch.object("ui.Window", 100), "__self__");
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  EXPECT_EQ(suspects.rows[0].type, "ui.Window");
  EXPECT_EQ(suspects.rows[0].instances, 200U);
}

TEST(Suspects, OfALinkedListAreItsFirstLink) {
  HeapSketch sketch;
  const Node module = sketch.module("jobs");
  const Node queue = sketch.object("jobs.Queue", 64);
  sketch.global(module, "QUEUE", queue);
  Node last = sketch.object("jobs.Job", 64);
  const Node head = last;
  sketch.attribute(queue, head, "head");
  for (int number = 1; number < 2000; ++number) {
    const Node next = sketch.object("jobs.Job", 64);
    sketch.attribute(last, next, "next");
    last = next;
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  EXPECT_EQ(suspects.rows[0].kind, SuspectKind::kChain);
  EXPECT_EQ(suspects.rows[0].holder, HeapSketch::id(head));
  EXPECT_EQ(suspects.rows[0].type, "jobs.Job");
  EXPECT_EQ(suspects.rows[0].instances, 2000U);
}

TEST(Suspects, OfATreeAreItsTop) {
  HeapSketch sketch;
  const Node module = sketch.module("index");
  std::vector<Node> nodes;
  for (std::size_t row = 0; row < 4095; ++row) {
    nodes.push_back(sketch.object("index.Node", 64));
    if (row > 0) {
      sketch.attribute(nodes[(row - 1) / 2], nodes[row], row % 2 == 0 ? "right" : "left");
    }
  }
  sketch.global(module, "TOP", nodes[0]);
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  EXPECT_EQ(suspects.rows[0].holder, HeapSketch::id(nodes[0]));
  EXPECT_GT(suspects.rows[0].size * 100, 4095U * 64 * 95);
}

TEST(Suspects, AreTheContainerOfManyLargeThings) {
  HeapSketch sketch;
  const Node module = sketch.module("images");
  const Node cache = sketch.object("dict", 64);
  sketch.global(module, "CACHE", cache);
  for (int number = 0; number < 20; ++number) {
    sketch.entry(cache, sketch.text("image-" + std::to_string(number)),
                 sketch.object("bytes", 10'000));
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  EXPECT_EQ(suspects.rows[0].holder, HeapSketch::id(cache));
  EXPECT_EQ(suspects.rows[0].type, "bytes");
  EXPECT_EQ(suspects.rows[0].instances, 20U);
  EXPECT_TRUE(suspects.rows[0].part.has_value());
}

TEST(Suspects, AreOneLargeObject) {
  HeapSketch sketch;
  const Node module = sketch.module("model");
  sketch.global(module, "WEIGHTS", sketch.object("bytes", 100'000));
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  EXPECT_EQ(suspects.rows[0].kind, SuspectKind::kObject);
  EXPECT_EQ(suspects.rows[0].type, "bytes");
  EXPECT_EQ(suspects.rows[0].instances, 1U);
}

TEST(Suspects, OfNativeCodeAreTheObjectsOfOneTypeThatNoObjectHolds) {
  HeapSketch sketch;
  for (int number = 0; number < 500; ++number) {
    const Node frame = sketch.object("video.Frame", 40);
    sketch.attribute(frame, sketch.object("bytes", 200), "pixels");
    sketch.root(frame, RootKind::kNative, "", false);
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 1U);
  EXPECT_EQ(suspects.rows[0].kind, SuspectKind::kNative);
  EXPECT_FALSE(suspects.rows[0].holder.has_value());
  EXPECT_EQ(suspects.rows[0].place, "native");
  EXPECT_EQ(suspects.rows[0].type, "video.Frame");
  EXPECT_EQ(suspects.rows[0].instances, 500U);
  EXPECT_EQ(suspects.rows[0].size, 500U * 240);
}

TEST(Suspects, CombineTheLocalsOfAFunctionAndOfAThread) {
  HeapSketch sketch;
  for (int number = 0; number < 200; ++number) {
    const std::string suffix = std::to_string(number);
    sketch.root(sketch.object("list", 100), RootKind::kFrame,
                "Thread-1 (serve) serve() v" + suffix);
    sketch.root(sketch.object("list", 90), RootKind::kFrame, "Thread 2 walk" + suffix + "() items");
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 2U);
  EXPECT_EQ(suspects.rows[0].kind, SuspectKind::kFrame);
  EXPECT_EQ(suspects.rows[0].place, "frame serve()");
  EXPECT_EQ(suspects.rows[0].size, 20'000U);
  EXPECT_EQ(suspects.rows[1].kind, SuspectKind::kThread);
  EXPECT_EQ(suspects.rows[1].place, "thread Thread 2");
  EXPECT_EQ(suspects.rows[1].size, 18'000U);
}

TEST(Suspects, AreNotTheCodeOfAModuleButTheObjectsThatItHasManyOf) {
  HeapSketch sketch;
  const Node module = sketch.module("generated");
  for (int number = 0; number < 300; ++number) {
    sketch.global(module, "f" + std::to_string(number), sketch.object("function", 1000));
    sketch.global(module, "row" + std::to_string(number), sketch.object("generated.Row", 500));
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_FALSE(suspects.rows.empty());
  EXPECT_EQ(suspects.rows[0].kind, SuspectKind::kGroup);
  EXPECT_EQ(suspects.rows[0].type, "generated.Row");
  EXPECT_EQ(suspects.rows[0].instances, 300U);
  for (const Suspect& suspect : suspects.rows) {
    EXPECT_NE(suspect.type, "function");
  }
}

TEST(Suspects, HaveAFingerprintThatIsTheSameInAnotherProcess) {
  const auto cache_with = [](int sessions, int others) {
    HeapSketch sketch;
    for (int number = 0; number < others; ++number) {
      sketch.module("other" + std::to_string(number));  // Other addresses, other numbers.
    }
    const Node cache = sketch.object("dict", 640);
    sketch.global(sketch.module("shop"), "CACHE", cache);
    fill(sketch, cache, "shop.Session", sessions, 50);
    return suspects_of(sketch).rows.at(0).fingerprint;
  };
  EXPECT_EQ(cache_with(1000, 0), cache_with(20, 3));
  EXPECT_EQ(cache_with(1000, 0).size(), 16U);
}

/// What must hold for the suspects of any heap.
void expect_sound(const Heap& heap, const std::string& what) {
  const DominatorTree dominators = dominator_tree(heap);
  const PathForest paths(heap);
  const Suspects suspects = find_suspects(heap, dominators, paths);
  ASSERT_LE(suspects.size, dominators.reachable_size) << what;
  std::uint64_t sum = 0;
  std::uint64_t before = ~std::uint64_t{0};
  std::set<std::string> fingerprints;
  for (const Suspect& suspect : suspects.rows) {
    sum += suspect.size;
    ASSERT_LE(suspect.size, before) << what;
    before = suspect.size;
    ASSERT_GE(suspect.size * 100, dominators.reachable_size) << what;
    std::uint64_t typed = 0;
    std::uint64_t objects = 0;
    for (const SuspectType& type : suspect.types) {
      typed += type.size;
      objects += type.objects;
    }
    ASSERT_EQ(typed, suspect.size) << what << ": " << suspect.place;
    ASSERT_GE(objects, suspect.instances) << what << ": " << suspect.place;
    ASSERT_TRUE(!suspect.holder.has_value() || dominators.reachable.contains(suspect.holder));
  }
  ASSERT_EQ(sum, suspects.size) << what;
  const Suspects again = find_suspects(heap, dominators, paths);
  ASSERT_EQ(again.rows.size(), suspects.rows.size());
  for (std::size_t row = 0; row < again.rows.size(); ++row) {
    ASSERT_EQ(again.rows[row].fingerprint, suspects.rows[row].fingerprint) << what;
  }
}

TEST(Suspects, AddUpOnThousandsOfSmallHeaps) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    expect_sound(tests::mixed_heap(seed, {60, 2, 6}), "mixed heap " + std::to_string(seed));
    expect_sound(tests::random_heap(seed, {.objects = 300, .references = 400, .roots = 40}),
                 "random heap " + std::to_string(seed));
  }
}

TEST(Suspects, AddUpOnAHeapLikeThoseOfLargePrograms) {
  expect_sound(tests::realistic_heap(100'000), "realistic heap");
}

TEST(Suspects, OfALongRingAndAWideStarAreFoundWithoutRecursion) {
  constexpr std::uint64_t kObjects = 300'000;
  HeapSketch sketch;
  const Node module = sketch.module("long");
  const Node star = sketch.object("list", 8 * kObjects);
  sketch.global(module, "STAR", star);
  Node last = sketch.object("long.Link", 56);
  sketch.global(module, "RING", last);
  for (std::uint32_t number = 0; number < kObjects; ++number) {
    sketch.item(star, sketch.object("int", 28), number);
    const Node next = sketch.object("long.Link", 56);
    sketch.attribute(last, next, "next");
    last = next;
  }
  const Suspects suspects = suspects_of(sketch);
  ASSERT_EQ(suspects.rows.size(), 2U);
  EXPECT_EQ(suspects.rows[0].instances, kObjects + 1);
  EXPECT_EQ(suspects.rows[1].holder, HeapSketch::id(star));
}

}  // namespace
}  // namespace heapscan::analysis
