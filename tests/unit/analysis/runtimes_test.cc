// What the analyses know of Python must not leak into heaps of other runtimes. A heap of another
// runtime whose types happen to be called as Python's are is the proof: each test draws one heap
// and asks for it as a heap of Python and as one of another runtime.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "analysis/cycles/cycle_cut.h"
#include "analysis/cycles/cycles.h"
#include "analysis/gate/gate.h"
#include "analysis/graph/dominators.h"
#include "analysis/graph/paths.h"
#include "analysis/growth/growth.h"
#include "analysis/growth/turnover.h"
#include "analysis/histogram/grouping.h"
#include "analysis/runtimes/heap_types.h"
#include "analysis/runtimes/python.h"
#include "analysis/runtimes/runtime_traits.h"
#include "analysis/suspects/owner_tree.h"
#include "analysis/text/describe.h"
#include "analysis/text/reference_names.h"
#include "analysis/waste/waste.h"
#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"

namespace heapscan::analysis {
namespace {

using tests::HeapSketch;

constexpr const char* kPython = "CPython";
constexpr const char* kAnother = "HotSpot";

/// The same heap, said to be one of this runtime.
Heap of_runtime(HeapSketch sketch, const std::string& runtime) {
  sketch.facts().runtime = runtime;
  sketch.facts().version = "3.12.1";
  return sketch.heap();
}

/// A global "shop" with a "dict" under the name of Python's attribute tables, which holds a cache.
struct Shop {
  HeapSketch sketch;
  HeapSketch::Node shop = sketch.object("module", 100);
  HeapSketch::Node table = sketch.object("dict", 64);
  HeapSketch::Node cache = sketch.object("Cache", 5000);

  Shop() {
    sketch.root(shop, dump::RootKind::kModule, "shop", false);
    sketch.attribute(shop, table, "__dict__");
    sketch.entry(table, sketch.text("CACHE"), cache);
  }

  [[nodiscard]] std::string path(const std::string& runtime, bool signature) const {
    const Heap heap = of_runtime(sketch, runtime);
    const Path path = PathForest(heap).path(HeapSketch::id(cache)).value();
    return signature ? path_signature(heap, path) : path_text(heap, path);
  }
};

TEST(RuntimeTraits, AreThoseOfTheRuntimeThatTheDumpNames) {
  dump::ProcessFacts facts;
  for (const char* runtime : {"CPython", "heapscan runtime", ""}) {
    facts.runtime = runtime;
    EXPECT_EQ(&traits_of(facts), &python_traits()) << runtime;
  }
  for (const char* runtime : {"HotSpot", "V8", "cpython", "PyPy"}) {
    facts.runtime = runtime;
    EXPECT_NE(&traits_of(facts), &python_traits()) << runtime;
  }
}

TEST(RuntimeTraits, OfAnotherRuntimeHaveNoRolesAndNoSizes) {
  dump::ProcessFacts facts;
  facts.runtime = kAnother;
  facts.version = "3.12.1";
  const RuntimeTraits& traits = traits_of(facts);
  for (const RuntimeType& type : python_traits().types) {
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
      const auto role = static_cast<TypeRole>(1U << bit);
      EXPECT_FALSE(traits.roles_of(type.name).has(role)) << type.name;
    }
  }
  EXPECT_FALSE(traits.sizes(facts).has_value());
  EXPECT_TRUE(traits.is_of_program("dict"));
}

TEST(RuntimeTraits, EachTypeOfPythonIsFoundByItsName) {
  for (const RuntimeType& type : python_traits().types) {
    bool found = false;
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
      const auto role = static_cast<TypeRole>(1U << bit);
      EXPECT_EQ(python_traits().roles_of(type.name).has(role), type.roles.has(role)) << type.name;
      found |= type.roles.has(role);
    }
    EXPECT_TRUE(found) << type.name;
  }
  EXPECT_FALSE(python_traits().roles_of("shop.dict").has(TypeRole::kHashTable));
}

TEST(AnotherRuntime, KeepsNoAttributesInADict) {
  const Shop shop;
  EXPECT_EQ(shop.path(kPython, false), "module shop > .CACHE > Cache");
  EXPECT_EQ(shop.path(kAnother, false), "module shop > .__dict__ > [CACHE] > Cache");
  EXPECT_EQ(shop.path(kPython, true), "module shop > .CACHE > Cache");
  EXPECT_EQ(shop.path(kAnother, true), "module shop > .__dict__ > dict[*] > Cache");
}

TEST(AnotherRuntime, HasNoNamespaceBecauseATypeIsCalledType) {
  Shop shop;
  const auto named_type = shop.sketch.object("type", 32);
  shop.sketch.attribute(shop.cache, named_type, "kind");
  const Heap python = of_runtime(shop.sketch, kPython);
  const Heap another = of_runtime(shop.sketch, kAnother);
  EXPECT_TRUE(namespaces(python).contains(HeapSketch::id(named_type)));
  EXPECT_TRUE(namespaces(python).contains(HeapSketch::id(shop.table)));
  EXPECT_FALSE(namespaces(another).contains(HeapSketch::id(named_type)));
  EXPECT_FALSE(namespaces(another).contains(HeapSketch::id(shop.table)));
}

TEST(AnotherRuntime, GroupsTypesWithoutAModuleApart) {
  const Shop shop;
  const auto module_of = [&](const char* runtime) {
    const Heap heap = of_runtime(shop.sketch, runtime);
    const Grouping grouping = group_objects(heap, GroupKey::kModule);
    return grouping.names.at(
        grouping.group_of_object.at(HeapSketch::id(shop.table).value()).value());
  };
  EXPECT_EQ(module_of(kPython), "builtins");
  EXPECT_EQ(module_of(kAnother), "[no module]");
}

TEST(AnotherRuntime, CanReferWeaklyToWhatPythonCannot) {
  HeapSketch sketch;
  const auto a = sketch.object("list", 64);
  const auto b = sketch.object("list", 64);
  sketch.item(a, b, 0);
  sketch.item(b, a, 0);
  const auto can_be_weak = [&](const char* runtime) {
    const Heap heap = of_runtime(sketch, runtime);
    const ObjectSet reachable = dominator_tree(heap).reachable;
    return cut_cycle(heap, find_garbage(heap, reachable), reachable, CycleId(0)).can_be_weak;
  };
  EXPECT_FALSE(can_be_weak(kPython));
  EXPECT_TRUE(can_be_weak(kAnother));
}

TEST(AnotherRuntime, NamesACycleWithoutFoldingDicts) {
  HeapSketch sketch;
  const auto node = sketch.object("app.Node", 48);
  const auto table = sketch.object("dict", 64);
  sketch.attribute(node, table, "__dict__");
  sketch.entry(table, sketch.text("self"), node);
  const auto signature = [&](const char* runtime) {
    const Heap heap = of_runtime(sketch, runtime);
    return find_garbage(heap, dominator_tree(heap).reachable).cycles.at(0).signature;
  };
  EXPECT_EQ(signature(kPython), "app.Node .self > app.Node");
  EXPECT_EQ(signature(kAnother), "app.Node .__dict__ > dict [*] > app.Node");
}

TEST(AnotherRuntime, WastesNothingThatOnlyPythonCouldAvoid) {
  dump::HeapBuilder builder;
  const auto all = builder.add_object({0x1000, builder.add_type("all"), 64, 1, {}});
  const dump::TypeId list = builder.add_type("list");
  const dump::TypeId text = builder.add_type("str");
  const dump::TypeId tuple = builder.add_type("tuple");
  std::uint64_t address = 0x2000;
  std::uint32_t position = 0;
  for (int copy = 0; copy < 200; ++copy) {
    for (const dump::TypeId type : {list, text, tuple}) {
      const auto object = builder.add_object({address += 0x100, type, 1000, 1, {}});
      builder.add_item(all, object, position++);
      if (type == text) {
        builder.set_content_hash(object, 7);
      }
    }
  }
  builder.add_root(dump::RootKind::kGlobal, all, builder.intern("ALL"), true);
  Heap heap = std::move(builder).finish();
  const auto found_in = [&](const char* runtime) {
    dump::HeapColumns columns = heap.columns();
    columns.facts.runtime = runtime;
    columns.facts.version = "3.12.1";
    const Heap of(std::move(columns));
    return find_waste(of, PathForest(of));
  };
  EXPECT_GT(found_in(kPython).total.saved, 500'000U);
  EXPECT_EQ(found_in(kAnother).total.objects, 0U);
  EXPECT_FALSE(found_in(kAnother).knows_sizes);
}

TEST(AnotherRuntime, HasNoTuplesWhoseItemsCannotChange) {
  const auto survivors = [](const char* runtime) {
    const auto draw = [&](std::uint32_t second_item) {
      HeapSketch sketch;
      const auto tuple = sketch.object("tuple", 56);
      const auto a = sketch.object("app.A", 16);
      const auto b = sketch.object("app.A", 16);
      sketch.root(tuple, dump::RootKind::kGlobal, "T");
      sketch.root(b, dump::RootKind::kGlobal, "B");
      sketch.item(tuple, a, 0);
      sketch.item(tuple, second_item == 0 ? a : b, 1);
      return of_runtime(sketch, runtime);
    };
    const Heap before = draw(0);
    const Heap after = draw(1);
    const PathForest paths(after);
    std::vector<NodeId> node_of_object;
    const HolderTree holders(after, paths, node_of_object);
    return turnover(before, after, paths, {holders, node_of_object}).survivors.objects;
  };
  EXPECT_EQ(survivors(kPython), 2U);
  EXPECT_EQ(survivors(kAnother), 3U);
}

TEST(AnotherRuntime, HasNoMethodCacheThatAGateWouldExcuse) {
  Growth growth;
  growth.total = {"total", {{1, 0, 1}, {2, 100, 2}}};
  growth.by_holder = {
      {std::string(python_traits().bounded_cache) + " > str", {{1, 0, 1}, {2, 100, 2}}}};
  const GatePlan plan = {{Rule::parse(RuleKind::kHolderGrowth, "*=0")}, {}};
  const auto broken = [&](const char* runtime) {
    Profile last;
    last.facts.runtime = runtime;
    return check_gate(plan, {last, growth, growth}).violations.size();
  };
  EXPECT_EQ(broken(kPython), 0U);
  EXPECT_EQ(broken(kAnother), 1U);
}

TEST(HeapTypes, AgreeWithTheTraitsOfTheirRuntime) {
  const Shop shop;
  for (const char* runtime : {kPython, kAnother}) {
    const Heap heap = of_runtime(shop.sketch, runtime);
    const HeapTypes types(heap);
    for (const ObjectId id : heap.objects()) {
      EXPECT_EQ(types.is(id, TypeRole::kHashTable),
                types.traits().roles_of(heap, id).has(TypeRole::kHashTable));
      for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
        const dump::Reference reference = heap.reference(id, ordinal);
        EXPECT_EQ(types.is_attribute_table(reference), is_attribute_table(heap, reference));
      }
    }
  }
}

}  // namespace
}  // namespace heapscan::analysis
