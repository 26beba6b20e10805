#include "analysis/text/describe.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "dump/heap_builder.h"
#include "tests/support/heap_dsl.h"

namespace heapscan::analysis {
namespace {

using dump::RootKind;
using tests::HeapSketch;
using Node = HeapSketch::Node;

std::string path_of(const HeapSketch& sketch, Node node) {
  const dump::Heap heap = sketch.heap();
  return path_text(heap, PathForest(heap).path(HeapSketch::id(node)).value());
}

std::string signature_of(const HeapSketch& sketch, Node node) {
  const dump::Heap heap = sketch.heap();
  return path_signature(heap, PathForest(heap).path(HeapSketch::id(node)).value());
}

struct Shop {
  HeapSketch sketch;
  Node module = sketch.module("shop.cache");
  Node sessions = sketch.object("dict", 232);
  Node session = sketch.object("Session", 48);

  Shop() {
    sketch.global(module, "_SESSIONS", sessions);
    sketch.entry(sessions, sketch.text("u-17"), session);
  }
};

TEST(Describe, APathReadsAsTheProgramWouldWriteIt) {
  const Shop shop;
  EXPECT_EQ(path_of(shop.sketch, shop.session),
            "module shop.cache > ._SESSIONS > ['u-17'] > Session");
  EXPECT_EQ(path_of(shop.sketch, shop.sessions), "module shop.cache > ._SESSIONS > dict");
  EXPECT_EQ(path_of(shop.sketch, shop.module), "module shop.cache");
}

TEST(Describe, ASignatureHasNoKeysOfContainers) {
  const Shop shop;
  EXPECT_EQ(signature_of(shop.sketch, shop.session),
            "module shop.cache > ._SESSIONS > dict[*] > Session");
  EXPECT_EQ(signature_of(shop.sketch, shop.sessions), "module shop.cache > ._SESSIONS > dict");
  EXPECT_EQ(signature_of(shop.sketch, shop.module), "module shop.cache");
}

TEST(Describe, TheDictBetweenAnInstanceAndItsAttributeIsNotShown) {
  Shop shop;
  const Node attributes = shop.sketch.object("dict", 104);
  const Node user = shop.sketch.object("User");
  shop.sketch.attribute(shop.session, attributes, "__dict__");
  shop.sketch.entry(attributes, shop.sketch.text("user"), user);

  EXPECT_EQ(path_of(shop.sketch, user), "module shop.cache > ._SESSIONS > ['u-17'] > .user > User");
  EXPECT_EQ(signature_of(shop.sketch, user),
            "module shop.cache > ._SESSIONS > dict[*] > .user > User");
  EXPECT_EQ(path_of(shop.sketch, attributes),
            "module shop.cache > ._SESSIONS > ['u-17'] > .__dict__ > dict");
}

TEST(Describe, AnAttributeHasOneSignatureWhereverTheInstanceKeepsIt) {
  Shop in_dict;
  const Node attributes = in_dict.sketch.object("dict", 104);
  const Node held_by_dict = in_dict.sketch.object("User");
  in_dict.sketch.attribute(in_dict.session, attributes, "__dict__");
  in_dict.sketch.entry(attributes, in_dict.sketch.text("user"), held_by_dict);
  Shop direct;
  const Node held_directly = direct.sketch.object("User");
  direct.sketch.attribute(direct.session, held_directly, "user");

  EXPECT_EQ(signature_of(in_dict.sketch, held_by_dict), signature_of(direct.sketch, held_directly));
}

TEST(Describe, AKeyThatIsNotAnIdentifierIsData) {
  Shop shop;
  const Node attributes = shop.sketch.object("dict", 104);
  const Node order = shop.sketch.object("Order");
  const Node other = shop.sketch.object("Other");
  shop.sketch.attribute(shop.session, attributes, "__dict__");
  shop.sketch.entry(attributes, shop.sketch.text("2024-01-01"), order);
  shop.sketch.entry(attributes, shop.sketch.object("int"), other);

  EXPECT_EQ(path_of(shop.sketch, order),
            "module shop.cache > ._SESSIONS > ['u-17'] > .__dict__ > ['2024-01-01'] > Order");
  EXPECT_EQ(signature_of(shop.sketch, order),
            "module shop.cache > ._SESSIONS > dict[*] > .__dict__ > dict[*] > Order");
  EXPECT_EQ(path_of(shop.sketch, other),
            "module shop.cache > ._SESSIONS > ['u-17'] > .__dict__ > [int] > Other");
}

TEST(Describe, AListIsIndexedAndASetIsNot) {
  HeapSketch sketch;
  const Node list = sketch.object("list");
  const Node set = sketch.object("set");
  const Node item = sketch.object("Order");
  sketch.root(list, RootKind::kGlobal, "ORDERS");
  sketch.item(list, set, 3);
  sketch.item(set, item, 6);

  EXPECT_EQ(path_of(sketch, item), "global ORDERS > [3] > element > Order");
  EXPECT_EQ(signature_of(sketch, item), "global ORDERS > list[*] > set[*] > Order");
}

TEST(Describe, AKeyIsTheKeyOfItsDict) {
  const Shop shop;
  const dump::Heap heap = shop.sketch.heap();
  const ObjectId key(HeapSketch::id(shop.session).value() + 2);
  const Path path = PathForest(heap).path(key).value();
  EXPECT_EQ(path_text(heap, path), "module shop.cache > ._SESSIONS > key 'u-17' > str");
  EXPECT_EQ(path_signature(heap, path), "module shop.cache > ._SESSIONS > dict key > str");
}

TEST(Describe, ALongKeyIsCutBetweenCharacters) {
  Shop shop;
  const Node target = shop.sketch.object("Session");
  shop.sketch.entry(shop.sessions, shop.sketch.text(std::string(39, 'a') + "\u00e9" + "rest"),
                    target);
  EXPECT_EQ(path_of(shop.sketch, target),
            "module shop.cache > ._SESSIONS > ['" + std::string(39, 'a') + "...'] > Session");
}

TEST(Describe, ASignatureKeepsFunctionAndVariableOfAFrameButNotItsThread) {
  HeapSketch sketch;
  const Node items = sketch.object("list");
  sketch.root(items, RootKind::kFrame, "Thread-17 (worker) Pool.worker() items");
  EXPECT_EQ(path_of(sketch, items), "frame Thread-17 (worker) Pool.worker() items > list");
  EXPECT_EQ(signature_of(sketch, items), "frame Pool.worker() items > list");
}

TEST(Describe, ASignatureKeepsTheFieldOfAThreadButNotTheThread) {
  HeapSketch sketch;
  const Node error = sketch.object("KeyError");
  sketch.root(error, RootKind::kThread, "Thread-17 (worker) exc_value");
  EXPECT_EQ(signature_of(sketch, error), "thread exc_value > KeyError");
}

TEST(Describe, ASignatureKeepsThatAModuleIsInASubinterpreterButNotWhich) {
  HeapSketch sketch;
  const Node first = sketch.module("shop.cache of interpreter 17");
  const Node second = sketch.module("v17");
  EXPECT_EQ(signature_of(sketch, first), "module shop.cache of interpreter [*]");
  EXPECT_EQ(signature_of(sketch, second), "module v17");
}

TEST(Describe, ObjectsHeldByNativeCodeHaveNativeRoots) {
  HeapSketch sketch;
  const Node buffer = sketch.object("bytes");
  sketch.root(buffer, RootKind::kNative, "");
  EXPECT_EQ(path_of(sketch, buffer), "native > bytes");
  EXPECT_EQ(signature_of(sketch, buffer), "native > bytes");
}

TEST(Describe, AnObjectHasItsValueAddressAndSize) {
  HeapSketch sketch;
  const Node dict = sketch.object("dict", 184);
  const Node text = sketch.text("it's", 53);
  const Node number = sketch.object("int", 28);
  sketch.value(number, "42");
  const dump::Heap heap = sketch.heap();
  EXPECT_EQ(object_text(heap, HeapSketch::id(dict)), "dict 0x1000 (184 B)");
  EXPECT_EQ(object_text(heap, HeapSketch::id(text)), "str \"it's\" 0x1040 (53 B)");
  EXPECT_EQ(object_text(heap, HeapSketch::id(number)), "int 42 0x1080 (28 B)");
}

TEST(Describe, ScannedMemoryIsMarked) {
  HeapSketch sketch;
  const Node opaque = sketch.object("ext.Handle");
  const Node held = sketch.object("bytes");
  sketch.root(opaque, RootKind::kGlobal, "HANDLE");
  sketch.conservative(opaque, held);
  EXPECT_EQ(path_of(sketch, held), "global HANDLE > [+16] > bytes");
  EXPECT_EQ(signature_of(sketch, held), "global HANDLE > ext.Handle[?] > bytes");
}

/// A function with globals, a closure and a running generator: kinds that sketches cannot draw.
TEST(Describe, TheInsidesOfFunctionsAreNamedAsPythonNamesThem) {
  dump::HeapBuilder builder;
  std::uint64_t address = 0x1000;
  const auto object = [&](std::string_view type) {
    address += 64;
    return builder.add_object({.address = address,
                               .type = builder.add_type(type),
                               .size = 16,
                               .refcount = 1,
                               .flags = {}});
  };
  const auto function = object("function");
  const auto globals = object("dict");
  const auto name = object("str");
  const auto config = object("Config");
  const auto tuple = object("tuple");
  const auto cell = object("cell");
  const auto request = object("Request");
  const auto generator = object("generator");
  const auto row = object("Row");
  const auto row_type = object("type");
  builder.set_value(name, "CONFIG");
  builder.add_root(RootKind::kGlobal, function, builder.intern("HANDLER"), true);
  builder.add_internal(function, globals, builder.intern("__globals__"));
  builder.add_value(globals, config, name);
  builder.add_internal(function, tuple, builder.intern("__closure__"));
  builder.add_item(tuple, cell, 0);
  builder.add_cell(function, request, builder.intern("request"));
  builder.add_cell(cell, generator, builder.intern("rows"));
  builder.add_local(generator, row, builder.intern("row"));
  builder.add_type_reference(row, row_type);
  const dump::Heap heap = std::move(builder).finish();
  const PathForest forest(heap);
  const auto text = [&](dump::PendingObject id) {
    return path_text(heap, forest.path(ObjectId(id.value())).value());
  };
  const auto signature = [&](dump::PendingObject id) {
    return path_signature(heap, forest.path(ObjectId(id.value())).value());
  };

  EXPECT_EQ(text(config), "global HANDLER > .__globals__ > ['CONFIG'] > Config");
  EXPECT_EQ(signature(config), "global HANDLER > .__globals__ > dict['CONFIG'] > Config");
  EXPECT_EQ(text(request), "global HANDLER > .__closure__['request'] > Request");
  EXPECT_EQ(signature(request), "global HANDLER > .__closure__['request'] > Request");
  EXPECT_EQ(text(row_type),
            "global HANDLER > .__closure__ > [0] > .cell_contents > local row > .__class__ > type");
  EXPECT_EQ(signature(row_type),
            "global HANDLER > .__closure__ > tuple[*] > .cell_contents > local row > .__class__ > "
            "type");
}

TEST(Describe, RepeatedStepsOfAPathAreCounted) {
  HeapSketch sketch;
  const Node head = sketch.object("Node");
  sketch.root(head, RootKind::kGlobal, "HEAD");
  Node last = head;
  for (int step = 0; step < 5; ++step) {
    const Node next = sketch.object("Node");
    sketch.attribute(last, next, "next");
    last = next;
  }
  EXPECT_EQ(path_of(sketch, last), "global HEAD > .next x5 > Node");
  for (int step = 0; step < 3; ++step) {
    const Node list = sketch.object("list");
    const Node next = sketch.object("Node");
    sketch.attribute(last, list, "children");
    sketch.item(list, next, 0);
    last = next;
  }
  EXPECT_EQ(path_of(sketch, last), "global HEAD > .next x5 > (.children > [0]) x3 > Node");
}

TEST(Describe, ALongPathIsElidedInItsMiddle) {
  HeapSketch sketch;
  Node last = sketch.object("list");
  sketch.root(last, RootKind::kGlobal, "ROWS");
  for (std::uint32_t step = 0; step < 100; ++step) {
    const Node next = sketch.object("list");
    sketch.item(last, next, step);
    last = next;
  }
  const std::string text = path_of(sketch, last);
  EXPECT_NE(text.find("> [27] > ... 60 steps ... > [88] >"), std::string::npos) << text;
}

}  // namespace
}  // namespace heapscan::analysis
