#include "dump/runtime/collector/cycle_collector.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dump/error.h"
#include "dump/runtime/runtime.h"
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

Ref make_class(Runtime& runtime, std::string_view name, Finalizer finalizer = nullptr) {
  ClassFacts facts;
  facts.name = name;
  facts.finalizer = std::move(finalizer);
  return klass::make(runtime, facts);
}

void leak_self_cycle(Runtime& runtime) {
  const Ref list = list::make(runtime);
  list::append(list, list);
}

TEST(Cycles, AListThatHoldsItselfIsFoundAndFreed) {
  Runtime runtime;
  const std::uint64_t before = runtime.memory().used_bytes;
  leak_self_cycle(runtime);
  EXPECT_GT(runtime.memory().used_bytes, before);
  EXPECT_EQ(runtime.gc().collect(), 1U);
  EXPECT_EQ(runtime.memory().used_bytes, before);
}

TEST(Cycles, ObjectsThatTheProgramHoldsAreKept) {
  Runtime runtime;
  const Ref list = list::make(runtime);
  list::append(list, list);
  EXPECT_EQ(runtime.gc().collect(), 0U);
  EXPECT_EQ(getrefcount(list), 2U);
  list::clear(list);
}

TEST(Cycles, ARingOfAMillionObjectsIsFreedWithoutRecursion) {
  Runtime runtime;
  runtime.gc().disable();
  const std::uint64_t before = runtime.memory().used_bytes;
  {
    const Ref first = list::make(runtime);
    Ref last = first;
    for (int i = 1; i < 1'000'000; ++i) {
      const Ref next = list::make(runtime);
      list::append(last, next);
      last = next;
    }
    list::append(last, first);
  }
  EXPECT_EQ(runtime.gc().collect(), 1'000'000U);
  EXPECT_EQ(runtime.memory().used_bytes, before);
}

TEST(Cycles, SurvivorsMoveToOlderGenerations) {
  Runtime runtime;
  runtime.gc().collect();
  const Ref list = list::make(runtime);
  const auto generation_of = [&runtime](View object) {
    for (unsigned generation = 0; generation < kGenerations; ++generation) {
      const auto objects = runtime.gc().objects(generation);
      if (std::find(objects.begin(), objects.end(), Ref(object)) != objects.end()) {
        return generation;
      }
    }
    return kGenerations;
  };
  EXPECT_EQ(generation_of(list), 0U);
  runtime.gc().collect(0);
  EXPECT_EQ(generation_of(list), 1U);
  runtime.gc().collect(1);
  EXPECT_EQ(generation_of(list), 2U);
  runtime.gc().freeze();
  EXPECT_EQ(generation_of(list), kGenerations);
  EXPECT_EQ(runtime.gc().frozen_count(), 1U);
  runtime.gc().unfreeze();
  EXPECT_EQ(generation_of(list), 2U);
}

TEST(Cycles, AYoungCollectionDoesNotFreeOldGarbage) {
  Runtime runtime;
  {
    const Ref list = list::make(runtime);
    list::append(list, list);
    runtime.gc().collect();
  }
  EXPECT_EQ(runtime.gc().collect(1), 0U);
  EXPECT_EQ(runtime.gc().collect(2), 1U);
  EXPECT_EQ(runtime.gc().statistics()[2].collections, 2U);
  EXPECT_EQ(runtime.gc().statistics()[2].collected, 1U);
}

TEST(Cycles, ACollectionStartsWhenTheThresholdIsExceeded) {
  Runtime runtime;
  EXPECT_EQ(runtime.gc().threshold(), (std::array<std::uint64_t, 3>{700, 10, 10}));
  runtime.gc().collect();
  for (int i = 0; i < 700; ++i) {
    leak_self_cycle(runtime);
  }
  EXPECT_EQ(runtime.gc().counts(), (std::array<std::uint64_t, 3>{700, 0, 0}));
  leak_self_cycle(runtime);
  EXPECT_EQ(runtime.gc().counts()[1], 1U);
  EXPECT_EQ(runtime.gc().statistics()[0].collected, 700U);
  runtime.gc().disable();
  for (int i = 0; i < 2000; ++i) {
    leak_self_cycle(runtime);
  }
  EXPECT_EQ(runtime.gc().statistics()[0].collections, 1U);
  runtime.gc().enable();
  leak_self_cycle(runtime);
  EXPECT_EQ(runtime.gc().statistics()[0].collections, 2U);
}

TEST(Cycles, DictsAndTuplesThatCannotBeInCyclesAreNotTracked) {
  Runtime runtime;
  const Ref dict = dict::make(runtime);
  EXPECT_FALSE(CycleCollector::is_tracked(dict));
  dict::set(dict, str::make(runtime, "a"), integer(runtime, 1));
  EXPECT_FALSE(CycleCollector::is_tracked(dict));
  dict::set(dict, str::make(runtime, "b"), list::make(runtime));
  EXPECT_TRUE(CycleCollector::is_tracked(dict));
  dict::remove(dict, str::make(runtime, "b"));
  runtime.gc().collect(1);
  EXPECT_TRUE(CycleCollector::is_tracked(dict));
  runtime.gc().collect(2);
  EXPECT_FALSE(CycleCollector::is_tracked(dict));
  const Ref inner = tuple::make(runtime, {integer(runtime, 1)});
  const Ref outer = tuple::make(runtime, {inner});
  const Ref mutable_tuple = tuple::make(runtime, {dict});
  EXPECT_TRUE(CycleCollector::is_tracked(outer));
  runtime.gc().collect(0);
  runtime.gc().collect(1);
  EXPECT_FALSE(CycleCollector::is_tracked(inner));
  EXPECT_FALSE(CycleCollector::is_tracked(outer));
  EXPECT_TRUE(CycleCollector::is_tracked(mutable_tuple));
  EXPECT_FALSE(CycleCollector::is_tracked(tuple::make(runtime, {})));
  EXPECT_FALSE(CycleCollector::is_tracked(integer(runtime, 1)));
}

TEST(Cycles, AFinalizerMayResurrectAWholeCycleOnce) {
  Runtime runtime;
  Ref kept;
  int runs = 0;
  const Ref phoenix = make_class(runtime, "demo.Phoenix", [&](View object) {
    ++runs;
    kept = Ref(object);
  });
  {
    const Ref instance = instance::make(phoenix);
    const Ref ring = list::make(runtime, {instance});
    instance::set(instance, "ring", ring);
  }
  EXPECT_EQ(runtime.gc().collect(), 0U);
  ASSERT_TRUE(kept);
  EXPECT_TRUE(CycleCollector::is_finalized(kept));
  EXPECT_EQ(list::size(instance::get(kept, "ring")), 1U);
  kept.reset();
  EXPECT_EQ(runtime.gc().collect(), 3U);  // The instance, its dict, the list.
  EXPECT_EQ(runs, 1);
}

TEST(Cycles, AFinalizerSeesItsCycleIntact) {
  Runtime runtime;
  std::vector<std::string> seen;
  const Ref loud = make_class(runtime, "demo.Loud", [&seen](View object) {
    const Ref other = instance::get(object, "other");
    seen.emplace_back(str::value(instance::get(other, "name")));
  });
  {
    const Ref a = instance::make(loud);
    const Ref b = instance::make(loud);
    instance::set(a, "name", str::make(runtime, "a"));
    instance::set(b, "name", str::make(runtime, "b"));
    instance::set(a, "other", b);
    instance::set(b, "other", a);
  }
  EXPECT_EQ(runtime.gc().collect(), 4U);
  EXPECT_EQ(seen, (std::vector<std::string>{"b", "a"}));
}

TEST(Cycles, ALegacyFinalizerMakesItsCycleUncollectable) {
  Runtime runtime;
  int runs = 0;
  ClassFacts facts;
  facts.name = "demo.Old";
  facts.legacy_finalizer = [&runs](View) { ++runs; };
  const Ref old_class = klass::make(runtime, facts);
  {
    const Ref old_instance = instance::make(old_class);
    const Ref ring = list::make(runtime, {old_instance});
    instance::set(old_instance, "ring", ring);
  }
  EXPECT_EQ(runtime.gc().collect(), 3U);
  EXPECT_EQ(runtime.gc().statistics()[2].uncollectable, 3U);
  EXPECT_EQ(runs, 0);
  auto garbage = runtime.gc().take_garbage();
  ASSERT_EQ(garbage.size(), 1U);
  list::clear(instance::get(garbage[0], "ring"));
  garbage.clear();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(runtime.gc().collect(), 0U);
}

TEST(Cycles, AnUncollectableCycleIsFreedWithItsRuntime) {
  Runtime runtime;
  ClassFacts facts;
  facts.name = "demo.Old";
  facts.legacy_finalizer = [](View) {};
  const Ref old_instance = instance::make(klass::make(runtime, facts));
  instance::set(old_instance, "self", old_instance);
}

TEST(Cycles, SaveAllKeepsTheGarbageFound) {
  Runtime runtime;
  leak_self_cycle(runtime);
  runtime.gc().set_save_all(true);
  EXPECT_EQ(runtime.gc().collect(), 1U);
  runtime.gc().set_save_all(false);
  ASSERT_EQ(runtime.gc().garbage().size(), 1U);
  EXPECT_EQ(list::size(runtime.gc().garbage()[0]), 1U);
  (void)runtime.gc().take_garbage();
  EXPECT_EQ(runtime.gc().collect(), 1U);
}

TEST(Cycles, CallbacksAreCalledAtTheStartAndEndOfEachCollection) {
  Runtime runtime;
  std::vector<std::string> seen;
  runtime.gc().add_callback([&seen](const CollectionFacts& facts) {
    seen.push_back((facts.phase == CollectionPhase::kBegins ? "begin " : "end ") +
                   std::to_string(facts.generation) + " " + std::to_string(facts.collected));
  });
  leak_self_cycle(runtime);
  runtime.gc().collect(1);
  EXPECT_EQ(seen, (std::vector<std::string>{"begin 1 0", "end 1 1"}));
}

TEST(Cycles, ReferrersAndReferentsMatchTheHeap) {
  Runtime runtime;
  const Ref item = list::make(runtime);
  const Ref holder = list::make(runtime, {item, item});
  const Ref other = set::make(runtime);
  EXPECT_EQ(runtime.gc().referrers({item}), std::vector<Ref>{holder});
  EXPECT_EQ(CycleCollector::referents({holder, other}), (std::vector<Ref>{item, item}));
}

class WeakReferences : public testing::Test {
 protected:
  /// A function that records its name and whether the weak reference is still alive.
  Ref note(const std::string& name) {
    return function::make(runtime_, name, [this, name](const function::Call& call) {
      calls_.push_back(name + (weak::get(call.arguments[0]) ? " alive" : " dead"));
      return Ref();
    });
  }

  Runtime runtime_;
  Ref class_ = make_class(runtime_, "demo.Thing");
  std::vector<std::string> calls_;
};

TEST_F(WeakReferences, DoNotKeepTheirObjectAlive) {
  Ref thing = instance::make(class_);
  const Ref weak_reference = weak::make(thing);
  EXPECT_EQ(getrefcount(thing), 1U);
  EXPECT_EQ(weak::get(weak_reference), thing);
  EXPECT_EQ(weak::make(thing), weak_reference);
  thing.reset();
  EXPECT_FALSE(weak::get(weak_reference));
}

TEST_F(WeakReferences, AreCalledBackNewestFirstWhenTheirObjectDies) {
  Ref thing = instance::make(class_);
  const Ref first = weak::make(thing, note("first"));
  const Ref plain = weak::make(thing);
  const Ref second = weak::make(thing, note("second"));
  (void)weak::make(thing, note("dropped"));
  EXPECT_EQ(weak::count(thing), 3U);
  thing.reset();
  EXPECT_EQ(calls_, (std::vector<std::string>{"second dead", "first dead"}));
}

TEST_F(WeakReferences, FromOutsideTheGarbageAreCalledBackAndThoseInsideAreNot) {
  Ref outside;
  {
    const Ref thing = instance::make(class_);
    instance::set(thing, "self", thing);
    outside = weak::make(thing, note("outside"));
    instance::set(thing, "inside", weak::make(thing, note("inside")));
  }
  EXPECT_GT(runtime_.gc().collect(), 0U);
  EXPECT_EQ(calls_, (std::vector<std::string>{"outside dead"}));
}

TEST_F(WeakReferences, AreClearedBeforeFinalizersOfACycleRun) {
  Ref weak_reference;
  bool was_dead = false;
  const Ref loud =
      make_class(runtime_, "demo.Loud", [&](View) { was_dead = !weak::get(weak_reference); });
  {
    const Ref thing = instance::make(loud);
    instance::set(thing, "self", thing);
    weak_reference = weak::make(thing);
  }
  runtime_.gc().collect();
  EXPECT_TRUE(was_dead);
  (void)weak_reference;
}

TEST_F(WeakReferences, CannotBeMadeForEveryObject) {
  const Ref number = integer(runtime_, 1);
  EXPECT_THROW((void)weak::make(number), Error);
  EXPECT_THROW((void)weak::make(list::make(runtime_)), Error);
}

TEST_F(WeakReferences, AWeakValueDictDropsValuesThatDied) {
  const Ref cache = weak_value_dict::make(runtime_);
  const Ref key = str::make(runtime_, "a");
  Ref thing = instance::make(class_);
  weak_value_dict::set(cache, key, thing);
  EXPECT_EQ(weak_value_dict::find(cache, key), thing);
  const Ref other = instance::make(class_);
  weak_value_dict::set(cache, str::make(runtime_, "b"), other);
  thing.reset();
  EXPECT_EQ(weak_value_dict::size(cache), 1U);
  EXPECT_FALSE(weak_value_dict::find(cache, key));
}

}  // namespace
}  // namespace heapscan::dump::runtime
