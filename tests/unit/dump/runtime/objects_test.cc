#include <cmath>
#include <cstdint>
#include <functional>
#include <new>
#include <string>
#include <thread>
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

namespace heapscan::dump::runtime {
namespace {

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Objects, SmallIntsAreShared) {
  Runtime runtime;
  EXPECT_EQ(integer(runtime, 256), integer(runtime, 256));
  EXPECT_EQ(integer(runtime, -5), integer(runtime, -5));
  EXPECT_NE(integer(runtime, 257), integer(runtime, 257));
  EXPECT_EQ(none(runtime), none(runtime));
  EXPECT_EQ(tuple::make(runtime, {}), tuple::make(runtime, {}));
  EXPECT_EQ(integer_value(integer(runtime, -12345678901)), -12345678901);
}

TEST(Objects, AnInternedStringDiesWhenItIsNoLongerUsed) {
  Runtime runtime;
  const std::uint64_t before = runtime.memory().used_bytes;
  {
    const Ref name = str::make(runtime, "session_id");
    EXPECT_EQ(name, str::make(runtime, "session_id"));
    EXPECT_TRUE(str::is_interned(name));
    EXPECT_EQ(getrefcount(name), 1U);
    EXPECT_NE(str::make(runtime, "two words"), str::make(runtime, "two words"));
    const Ref unshared = str::make_unshared(runtime, "session_id");
    EXPECT_NE(unshared, name);
    EXPECT_EQ(str::intern(unshared), name);
    EXPECT_EQ(str::make(runtime, "\xC3\xA9"), str::make(runtime, "\xC3\xA9"));
  }
  EXPECT_EQ(runtime.memory().used_bytes, before);
}

TEST(Objects, SizesAreThoseOfCPython) {
  Runtime runtime;
  EXPECT_EQ(getsizeof(none(runtime)), 16U);
  EXPECT_EQ(getsizeof(integer(runtime, 1)), 28U);
  EXPECT_EQ(getsizeof(integer(runtime, std::int64_t{1} << 30)), 32U);
  EXPECT_EQ(getsizeof(integer(runtime, std::int64_t{1} << 60)), 36U);
  EXPECT_EQ(getsizeof(real(runtime, 1.5)), 24U);
  EXPECT_EQ(getsizeof(str::make(runtime, "hello")), 54U);
  EXPECT_EQ(getsizeof(bytes::make(runtime, "hello")), 38U);
  const Ref one = integer(runtime, 1);
  EXPECT_EQ(getsizeof(tuple::make(runtime, {one, one})), 56U);
  const Ref list = list::make(runtime);
  EXPECT_EQ(getsizeof(list), 56U);
  std::vector<std::uint64_t> sizes;
  for (int i = 0; i < 17; ++i) {
    list::append(list, one);
    sizes.push_back(getsizeof(list));
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{88, 88, 88, 88, 120, 120, 120, 120, 184, 184, 184,
                                               184, 184, 184, 184, 184, 248}));
  const Ref dict = dict::make(runtime);
  EXPECT_EQ(getsizeof(dict), 64U);
  dict::set(dict, one, one);
  EXPECT_EQ(getsizeof(dict), 224U);
}

TEST(Objects, AReferenceCountsFromTheMomentItIsCreated) {
  Runtime runtime;
  const Ref item = real(runtime, 2.5);
  EXPECT_EQ(getrefcount(item), 1U);
  const Ref list = list::make(runtime, {item, item});
  EXPECT_EQ(getrefcount(item), 3U);
  {
    const std::vector<Ref> copies(2, item);
    EXPECT_EQ(getrefcount(item), 5U);
  }
  list::pop(list);
  EXPECT_EQ(getrefcount(item), 2U);
  list::clear(list);
  EXPECT_EQ(getrefcount(item), 1U);
}

TEST(Objects, AListBehavesLikePythons) {
  Runtime runtime;
  const Ref list = list::make(runtime);
  for (int i = 0; i < 5; ++i) {
    list::append(list, integer(runtime, i));
  }
  list::insert(list, 1, integer(runtime, 100));
  EXPECT_EQ(integer_value(list::remove_at(list, 0)), 0);
  EXPECT_EQ(integer_value(list::get(list, 0)), 100);
  EXPECT_EQ(integer_value(list::pop(list)), 4);
  EXPECT_EQ(list::size(list), 4U);
  list::set(list, 0, none(runtime));
  EXPECT_EQ(kind_of(list::get(list, 0)), Kind::kNone);
}

TEST(Objects, ADequeTakesItemsAtBothEnds) {
  Runtime runtime;
  const Ref deque = deque::make(runtime);
  for (int i = 0; i < 20; ++i) {
    deque::append(deque, integer(runtime, 1000 + i));
    deque::append_left(deque, integer(runtime, 2000 + i));
  }
  EXPECT_EQ(integer_value(deque::get(deque, 0)), 2019);
  EXPECT_EQ(integer_value(deque::pop(deque)), 1019);
  EXPECT_EQ(integer_value(deque::pop_left(deque)), 2019);
  EXPECT_EQ(deque::size(deque), 38U);
}

TEST(Objects, ADictKeepsTheOrderOfInsertionThroughDeletions) {
  Runtime runtime;
  const Ref dict = dict::make(runtime);
  for (int i = 0; i < 1000; ++i) {
    dict::set(dict, integer(runtime, i), integer(runtime, std::int64_t{10} * i));
  }
  for (int i = 0; i < 1000; i += 2) {
    dict::remove(dict, integer(runtime, i));
  }
  dict::set(dict, integer(runtime, 0), none(runtime));
  EXPECT_EQ(dict::size(dict), 501U);
  const auto keys = dict::keys(dict);
  EXPECT_EQ(integer_value(keys.front()), 1);
  EXPECT_EQ(integer_value(keys[499]), 999);
  EXPECT_EQ(integer_value(keys.back()), 0);
  EXPECT_EQ(integer_value(dict::get(dict, integer(runtime, 501))), 5010);
  EXPECT_FALSE(dict::find(dict, integer(runtime, 500)));
}

TEST(Objects, EqualKeysAreOneKeyRegardlessOfType) {
  Runtime runtime;
  const Ref dict = dict::make(runtime);
  dict::set(dict, integer(runtime, 1), str::make(runtime, "int"));
  dict::set(dict, real(runtime, 1.0), str::make(runtime, "float"));
  dict::set(dict, boolean(runtime, true), str::make(runtime, "bool"));
  EXPECT_EQ(dict::size(dict), 1U);
  EXPECT_EQ(kind_of(dict::keys(dict)[0]), Kind::kInt);
  const Ref text = str::make(runtime, "a text");
  const Ref inner = tuple::make(runtime, {text, integer(runtime, 7000)});
  const Ref same = tuple::make(
      runtime, {tuple::make(runtime, {str::make(runtime, "a text"), integer(runtime, 7000)})});
  dict::set(dict, tuple::make(runtime, {inner}), text);
  EXPECT_EQ(dict::get(dict, same), text);
  dict::set(dict, bytes::make(runtime, "a text"), none(runtime));
  EXPECT_EQ(dict::size(dict), 3U);
}

TEST(Objects, ASetContainsEachItemOnce) {
  Runtime runtime;
  const Ref set = set::make(runtime, {integer(runtime, 1), integer(runtime, 1000)});
  set::add(set, integer(runtime, 1000));
  EXPECT_EQ(set::size(set), 2U);
  set::remove(set, integer(runtime, 1));
  EXPECT_FALSE(set::contains(set, integer(runtime, 1)));
  EXPECT_TRUE(set::contains(set, integer(runtime, 1000)));
}

TEST(Objects, AnInstanceRefersToItsSlotsThenItsDictThenItsClass) {
  Runtime runtime;
  ClassFacts facts;
  facts.name = "shop.Item";
  facts.slots = {"price"};
  const Ref base = klass::make(runtime, facts);
  facts = {};
  facts.name = "shop.Book";
  facts.base = base;
  const Ref book = klass::make(runtime, facts);
  klass::set(base, "currency", str::make(runtime, "EUR"));
  const Ref instance = instance::make(book);
  instance::set(instance, "price", integer(runtime, 1200));
  instance::set(instance, "title", str::make(runtime, "SICP"));
  EXPECT_EQ(integer_value(instance::get(instance, "price")), 1200);
  EXPECT_EQ(str::value(instance::get(instance, "title")), "SICP");
  EXPECT_EQ(str::value(instance::get(instance, "currency")), "EUR");
  EXPECT_EQ(type_name(instance), "shop.Book");
  instance::remove(instance, "price");
  EXPECT_FALSE(instance::find(instance, "price"));
  EXPECT_EQ(instance::class_of(instance), book);
}

TEST(Objects, AClassLivesAsLongAsItsInstances) {
  Runtime runtime;
  const std::uint64_t before = runtime.memory().used_bytes;
  ClassFacts facts;
  facts.name = "shop.Item";
  Ref made_class = klass::make(runtime, facts);
  Ref instance = instance::make(made_class);
  made_class.reset();
  EXPECT_EQ(type_name(instance), "shop.Item");
  instance.reset();
  EXPECT_EQ(runtime.memory().used_bytes, before);
}

TEST(Objects, AFunctionSeesItsFreeVariables) {
  Runtime runtime;
  const Ref counter = cell::make(runtime, integer(runtime, 0));
  const Ref next =
      function::make(runtime, "next_number",
                     [&runtime](const function::Call& call) {
                       return integer(runtime, integer_value(call.free_variable("count")) + 1);
                     },
                     {{"count", counter}});
  cell::set(counter, integer(runtime, 41));
  EXPECT_EQ(integer_value(function::call(next)), 42);
  EXPECT_EQ(getrefcount(counter), 2U);
}

TEST(Objects, ASuspendedFrameHoldsItsVariablesUntilItFinishes) {
  Runtime runtime;
  const Ref rows = list::make(runtime);
  const Ref frame = suspended_frame::make(runtime, "read_rows", {{"rows", rows}, {"row", View()}});
  EXPECT_EQ(getrefcount(rows), 2U);
  suspended_frame::set(frame, "row", none(runtime));
  suspended_frame::finish(frame);
  EXPECT_EQ(getrefcount(rows), 1U);
  EXPECT_FALSE(suspended_frame::get(frame, "row"));
}

TEST(Objects, AnArrayHoldsNumbersThatAreNotObjects) {
  Runtime runtime;
  const std::vector<double> numbers = {1.5, 2.5};
  const Ref array = array::make(runtime, std::span<const double>(numbers));
  array::append(array, 3.5);
  EXPECT_EQ(array::size(array), 3U);
  EXPECT_EQ(array::real_at(array, 2), 3.5);
  EXPECT_EQ(error_of([&array] { array::append(array, std::int64_t{1}); }),
            "the array holds floats");
}

TEST(Objects, AChainOfTenMillionObjectsDiesWithoutRecursion) {
  Runtime runtime;
  runtime.gc().disable();
  const std::uint64_t before = runtime.memory().used_bytes;
  constexpr int kLength = kDebugBuild ? 1'000'000 : 10'000'000;
  Ref chain = none(runtime);
  for (int i = 0; i < kLength; ++i) {
    chain = tuple::make(runtime, {chain});
  }
  chain.reset();
  EXPECT_EQ(runtime.memory().used_bytes, before);
}

TEST(Objects, ObjectsThatDieTogetherAreFinalizedInCPythonsOrder) {
  Runtime runtime;
  std::vector<std::string> order;
  ClassFacts facts;
  facts.name = "demo.Loud";
  facts.finalizer = [&order](View object) {
    order.emplace_back(str::value(instance::get(object, "name")));
  };
  const Ref loud = klass::make(runtime, facts);
  const auto make = [&](std::string_view name, View child) {
    Ref made = instance::make(loud);
    instance::set(made, "name", str::make(runtime, name));
    if (child) {
      instance::set(made, "child", child);
    }
    return made;
  };
  Ref list = list::make(runtime, {make("a", make("a1", {})), make("b", make("b1", {}))});
  list.reset();
  EXPECT_EQ(order, (std::vector<std::string>{"b", "b1", "a", "a1"}));
  order.clear();
  Ref dict = dict::make(runtime);
  dict::set(dict, integer(runtime, 1), make("a", make("a1", {})));
  dict::set(dict, integer(runtime, 2), make("b", {}));
  dict.reset();
  EXPECT_EQ(order, (std::vector<std::string>{"a", "a1", "b"}));
}

TEST(Objects, AFinalizerMayKeepItsObjectAndRunsOnce) {
  Runtime runtime;
  Ref kept;
  int runs = 0;
  ClassFacts facts;
  facts.name = "demo.Phoenix";
  facts.finalizer = [&kept, &runs](View object) {
    ++runs;
    kept = Ref(object);
  };
  Ref phoenix = instance::make(klass::make(runtime, facts));
  phoenix.reset();
  ASSERT_TRUE(kept);
  EXPECT_EQ(getrefcount(kept), 1U);
  EXPECT_TRUE(CycleCollector::is_tracked(kept));
  kept.reset();
  EXPECT_FALSE(kept);
  EXPECT_EQ(runs, 1);
}

TEST(Objects, ObjectsDroppedByAFinalizerDieBeforeItContinues) {
  Runtime runtime;
  bool died_at_once = false;
  bool inner_died = false;
  Ref inner;
  ClassFacts facts;
  facts.name = "demo.Inner";
  facts.finalizer = [&inner_died](View) { inner_died = true; };
  inner = instance::make(klass::make(runtime, facts));
  facts = {};
  facts.name = "demo.Outer";
  facts.finalizer = [&](View) {
    inner.reset();
    died_at_once = inner_died;
  };
  Ref outer = instance::make(klass::make(runtime, facts));
  outer.reset();
  EXPECT_TRUE(died_at_once);
}

TEST(Objects, ExceptionsOfFinalizersGoToTheHook) {
  Runtime runtime;
  std::string text;
  runtime.set_unraisable_hook([&text](std::exception_ptr thrown) {
    text = error_of([&thrown] { std::rethrow_exception(thrown); });
  });
  ClassFacts facts;
  facts.name = "demo.Bad";
  facts.finalizer = [](View object) { (void)instance::get(object, "missing"); };
  (void)instance::make(klass::make(runtime, facts));
  EXPECT_EQ(runtime.unraisable_count(), 1U);
  EXPECT_EQ(text, "'demo.Bad' object has no attribute 'missing'");
}

TEST(Objects, MisuseIsAnErrorWithAClearMessage) {
  Runtime runtime;
  const Ref list = list::make(runtime);
  const Ref dict = dict::make(runtime);
  ClassFacts facts;
  facts.name = "demo.Point";
  facts.slots = {"x", "y"};
  facts.has_dict = false;
  const Ref point = instance::make(klass::make(runtime, facts));
  EXPECT_EQ(error_of([&] { instance::set(point, "z", list); }),
            "'demo.Point' object has no attribute 'z'");
  EXPECT_EQ(error_of([&] { dict::set(dict, list, list); }), "unhashable type: 'list'");
  EXPECT_EQ(error_of([&] { (void)list::get(list, 3); }),
            "list index 3 is out of range: it has 0 items");
  EXPECT_EQ(error_of([&] { list::append(dict, list); }), "expected 'list', got 'dict'");
  EXPECT_EQ(error_of([&] { list::append(list, View()); }), "expected an object, but there is none");
  EXPECT_EQ(error_of([&] { (void)runtime.gc().collect(3); }), "there is no generation 3");
  std::string in_thread;
  std::thread other([&] { in_thread = error_of([&] { list::append(list, list); }); });
  other.join();
  EXPECT_EQ(in_thread, "a runtime is used in a thread that did not create it");
  EXPECT_EQ(list::size(list), 0U);
}

/// Repeats the action until memory is exhausted; returns how often it succeeded.
std::int64_t repeat_until_exhausted(const std::function<void(std::int64_t)>& action) {
  std::int64_t times = 0;
  try {
    for (;; ++times) {
      action(times);
    }
  } catch (const std::bad_alloc&) {
    return times;
  }
}

TEST(Objects, RunningOutOfMemoryChangesNothing) {
  AllocatorOptions options;
  options.limit = std::uint64_t{64} * 1024;
  Runtime runtime(options);
  const Ref list = list::make(runtime);
  const Ref dict = dict::make(runtime);
  const Ref item = real(runtime, 0.5);
  std::int64_t added =
      repeat_until_exhausted([&](std::int64_t /*times*/) { list::append(list, item); });
  EXPECT_EQ(list::size(list), static_cast<std::uint64_t>(added));
  EXPECT_EQ(getrefcount(item), 1 + list::size(list));
  list::clear(list);
  added = repeat_until_exhausted(
      [&](std::int64_t times) { dict::set(dict, integer(runtime, 1000 + times), item); });
  EXPECT_EQ(dict::size(dict), static_cast<std::uint64_t>(added));
  EXPECT_EQ(getrefcount(item), 1 + dict::size(dict));
  dict::clear(dict);
  EXPECT_EQ(getrefcount(item), 1U);
}

}  // namespace
}  // namespace heapscan::dump::runtime
