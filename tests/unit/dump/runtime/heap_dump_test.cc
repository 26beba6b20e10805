#include "dump/runtime/heap_dump.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/graph/paths.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/functions.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "dump/runtime/types/values.h"
#include "dump/runtime/types/weak_references.h"

namespace heapscan::dump::runtime {
namespace {

ObjectId id_of(const Heap& heap, View object) {
  return heap.find(reinterpret_cast<std::uintptr_t>(object.get())).value();
}

/// "attribute balance", "item 0", ... for each reference of the object.
std::vector<std::string> references(const Heap& heap, View object) {
  std::vector<std::string> result;
  const ObjectId source = id_of(heap, object);
  for (std::uint32_t row = 0; row < heap.out_degree(source); ++row) {
    const Reference reference = heap.reference(source, row);
    std::string text(to_string(reference.kind));
    switch (reference.kind) {
      case ReferenceKind::kAttribute:
      case ReferenceKind::kCell:
      case ReferenceKind::kLocal:
        text += " " + std::string(heap.string(StringId(reference.label)));
        break;
      case ReferenceKind::kValue:
        text += " of " + std::string(heap.value(ObjectId(reference.label)).value_or("?"));
        break;
      case ReferenceKind::kType:
        break;
      default:
        text += " " + std::to_string(reference.label);
    }
    result.push_back(text + " -> " + std::string(heap.type_name(reference.target)));
  }
  return result;
}

std::vector<std::string> roots(const Heap& heap, View object) {
  std::vector<std::string> result;
  for (const Root& root : heap.roots()) {
    if (root.object == id_of(heap, object)) {
      result.push_back(std::string(to_string(root.kind)) + " " +
                       (root.label.has_value() ? std::string(heap.string(root.label)) : ""));
    }
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(HeapDump, NamesTheReferencesOfEachObject) {
  Runtime runtime;
  const Ref number = real(runtime, 2.5);
  ClassFacts facts;
  facts.name = "bank.Account";
  facts.slots = {"balance"};
  facts.finalizer = [](View) {};
  const Ref account_class = klass::make(runtime, facts);
  const Ref account = instance::make(account_class);
  instance::set(account, "balance", number);
  instance::set(account, "owner", str::make(runtime, "Ada Lovelace"));
  const Ref dict = dict::make(runtime);
  dict::set(dict, str::make(runtime, "key"), number);
  const Ref cell = cell::make(runtime, number);
  const Ref function = function::make(runtime, "pay", [](const function::Call&) { return Ref(); },
                                      {{"amount", cell}});
  const Ref frame = suspended_frame::make(runtime, "rows", {{"row", number}});
  const Ref set = set::make(runtime, {number});
  const Heap heap = dump_heap(runtime);
  EXPECT_EQ(references(heap, account),
            (Texts{"attribute balance -> float", "attribute __dict__ -> dict", "type -> type"}));
  EXPECT_EQ(references(heap, dict), (Texts{"key 0 -> str", "value of key -> float"}));
  EXPECT_EQ(references(heap, function),
            (Texts{"attribute __name__ -> str", "cell amount -> cell"}));
  EXPECT_EQ(references(heap, frame), Texts{"local row -> float"});
  EXPECT_EQ(references(heap, set), Texts{"item 0 -> float"});
  EXPECT_EQ(heap.type_name(id_of(heap, account)), "bank.Account");
  EXPECT_EQ(heap.columns().types[heap.type(id_of(heap, account)).value()].object,
            id_of(heap, account_class));
  EXPECT_TRUE(heap.flags(id_of(heap, account)).has(ObjectFlags::kHasFinalizer));
  EXPECT_EQ(heap.value(id_of(heap, number)), "2.5");
  EXPECT_EQ(heap.refcount(id_of(heap, number)), 6U);
  EXPECT_EQ(heap.size(id_of(heap, dict)), getsizeof(dict));
}

TEST(HeapDump, HasModulesGlobalsAndVariablesOfRunningFramesAsRoots) {
  Runtime runtime;
  Ref module = module::make(runtime, "shop");
  Ref cache = dict::make(runtime);
  Ref request = list::make(runtime);
  Ref held = list::make(runtime);
  module::set(module, "cache", held);
  runtime.add_module(module);
  runtime.set_global("g_cache", cache);
  const FrameScope scope(runtime, "serve");
  FrameScope frame(runtime, "handle");
  frame.set_local("request", request);
  const View module_view = module;
  const View cache_view = cache;
  const View request_view = request;
  module.reset();
  cache.reset();
  request.reset();
  const Heap heap = dump_heap(runtime);
  EXPECT_EQ(roots(heap, module_view), Texts{"module shop"});
  EXPECT_EQ(roots(heap, cache_view), Texts{"global g_cache"});
  EXPECT_EQ(roots(heap, request_view), Texts{"frame MainThread handle() request"});
  EXPECT_EQ(roots(heap, held), Texts{"native "});
  ASSERT_EQ(heap.columns().threads.size(), 1U);
  ASSERT_EQ(heap.columns().frames.size(), 2U);
  EXPECT_EQ(heap.string(heap.columns().frames[0].function), "handle");
}

TEST(HeapDump, KeepsWeakReferencesSeparate) {
  Runtime runtime;
  const Ref thing = set::make(runtime);
  const Ref weak_reference = weak::make(thing);
  const Heap heap = dump_heap(runtime);
  EXPECT_EQ(heap.out_degree(id_of(heap, weak_reference)), 0U);
  ASSERT_EQ(heap.weak_references(id_of(heap, weak_reference)).size(), 1U);
  EXPECT_EQ(heap.weak_references(id_of(heap, weak_reference))[0].target, id_of(heap, thing));
  EXPECT_TRUE(heap.flags(id_of(heap, thing)).has(ObjectFlags::kHasWeakrefs));
}

TEST(HeapDump, HasGenerationsSitesArenasAndTheStateOfTheCollector) {
  Runtime runtime;
  runtime.tracer().start();
  const Ref old_list = list::make(runtime);
  runtime.gc().collect();
  const Ref frozen = list::make(runtime);
  const Ref young = list::make(runtime);
  runtime.gc().disable();
  const Heap heap = dump_heap(runtime);
  EXPECT_EQ(heap.flags(id_of(heap, old_list)).generation(), 2U);
  EXPECT_EQ(heap.flags(id_of(heap, young)).generation(), 0U);
  const SiteId site = heap.columns().site[id_of(heap, old_list).value()];
  ASSERT_TRUE(site.has_value());
  EXPECT_GT(heap.columns().sites[site.value()].line, 0U);
  std::uint64_t used = 0;
  for (const MemoryRegion& region : heap.columns().regions) {
    used += region.kind == RegionKind::kPool ? region.used : 0;
  }
  EXPECT_EQ(used, runtime.memory().used_bytes);
  EXPECT_EQ(heap.facts().gc_threshold[0], 700);
  EXPECT_EQ(heap.facts().gc_enabled, 0);
  EXPECT_GT(heap.facts().rss, 0);
}

TEST(HeapDump, CanBeTakenInAFinalizerDuringACollection) {
  Runtime runtime;
  std::optional<Heap> heap;
  ClassFacts facts;
  facts.name = "demo.Loud";
  facts.finalizer = [&](View) { heap = dump_heap(runtime); };
  const Ref loud = klass::make(runtime, facts);
  {
    const Ref instance = instance::make(loud);
    instance::set(instance, "self", list::make(runtime, {instance}));
  }
  runtime.gc().collect();
  ASSERT_TRUE(heap);
  EXPECT_EQ(runtime.unraisable_count(), 0U);
  std::uint64_t instances = 0;
  for (const ObjectId id : heap->objects()) {
    instances += heap->type_name(id) == "demo.Loud" ? 1U : 0U;
  }
  EXPECT_EQ(instances, 1U);
}

TEST(HeapDump, CanBeTakenWhileObjectsAreDying) {
  Runtime runtime;
  int dumps = 0;
  ClassFacts facts;
  facts.name = "demo.Loud";
  facts.finalizer = [&](View) {
    const Heap heap = dump_heap(runtime);
    dumps += heap.object_count() > 0 ? 1 : 0;
  };
  const Ref loud = klass::make(runtime, facts);
  Ref chain = instance::make(loud);
  chain = list::make(runtime, {none(runtime), real(runtime, 0.5), chain, real(runtime, 1.5)});
  chain = tuple::make(runtime, {chain, real(runtime, 2.5)});
  Ref dict = dict::make(runtime);
  dict::set(dict, real(runtime, 3.5), real(runtime, 4.5));
  dict::set(dict, real(runtime, 5.5), chain);
  chain = cell::make(runtime, dict);
  dict.reset();
  chain = function::make(runtime, "hold", [](const function::Call&) { return Ref(); },
                         {{"free", chain}});
  chain = set::make(runtime, {chain});
  chain = deque::make(runtime, {none(runtime), chain});
  chain = suspended_frame::make(runtime, "wait", {{"deque", chain}});
  Ref holder = instance::make(loud);
  instance::set(holder, "frame", chain);
  chain = holder;
  holder.reset();
  chain.reset();
  EXPECT_EQ(dumps, 2);
  EXPECT_EQ(runtime.unraisable_count(), 0U);
}

TEST(HeapDump, OmitsValuesWhenAskedTo) {
  Runtime runtime;
  const Ref secret = str::make(runtime, "a secret");
  DumpOptions options;
  options.values = false;
  const Heap heap = dump_heap(runtime, options);
  EXPECT_FALSE(heap.value(id_of(heap, secret)));
  EXPECT_EQ(dump_heap(runtime).value(id_of(heap, secret)), "a secret");
}

}  // namespace
}  // namespace heapscan::dump::runtime
