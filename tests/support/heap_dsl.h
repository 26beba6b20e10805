#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dump/heap.h"
#include "dump/heap_builder.h"

namespace heapscan::tests {

/// Builds small heaps for tests, the way one would draw them:
///
///     HeapSketch sketch;
///     const auto shop = sketch.module("shop");
///     const auto cache = sketch.object("dict", 64);
///     sketch.attribute(shop, cache, "_CACHE");
///     const Heap heap = sketch.heap();
///     EXPECT_EQ(heap.size(sketch.id(cache)), 64U);
///
/// Objects get ascending addresses from 0x1000, so they are numbered in the order in which they are
/// drawn. Unless set otherwise, a reference count is the number of references in the drawing.
class HeapSketch {
 public:
  using Node = dump::PendingObject;

  /// An instance of a type, which is created when it is first named.
  Node object(std::string_view type, std::uint64_t size = 16, dump::ObjectFlags flags = {});

  /// A str with this value.
  Node text(std::string_view value, std::uint64_t size = 50);

  /// A module object with its dict. The module is a root with its name. Attributes that are drawn
  /// with global() are held by the dict, as in Python.
  Node module(std::string_view name);

  /// `module.name = target`, through the module's dict.
  void global(Node module, std::string_view name, Node target);

  void attribute(Node source, Node target, std::string_view name);
  void item(Node source, Node target, std::uint32_t position);
  /// `source[key] = target`: a reference to the key and one to the value.
  void entry(Node source, Node key, Node target);
  void conservative(Node source, Node target);
  void weak(Node source, Node target);
  void root(Node node, dump::RootKind kind, std::string_view label, bool counted = true);

  /// References that are not in the drawing: they raise the reference count by this much.
  void extra_count(Node node, std::uint32_t count);

  void value(Node node, std::string_view text);

  [[nodiscard]] dump::ProcessFacts& facts() { return facts_; }

  /// The heap as drawn so far. May be called again after drawing more.
  [[nodiscard]] dump::Heap heap() const;

  /// The index of the object in heap().
  [[nodiscard]] static dump::ObjectId id(Node node) { return dump::ObjectId(node.value()); }

 private:
  struct ObjectSketch {
    std::string type;
    std::uint64_t size = 0;
    dump::ObjectFlags flags;
    std::uint32_t extra = 0;
    std::string value;
    bool has_value = false;
  };

  struct ReferenceSketch {
    Node source;
    Node target;
    dump::ReferenceKind kind = dump::ReferenceKind::kItem;
    std::string name;         // For kinds whose label is a name.
    std::uint32_t label = 0;  // For the others.
  };

  struct RootSketch {
    Node node;
    dump::RootKind kind = dump::RootKind::kNative;
    std::string label;
    bool counted = false;
  };

  std::vector<ObjectSketch> objects_;
  std::vector<ReferenceSketch> references_;
  std::vector<std::pair<Node, Node>> weak_;
  std::vector<RootSketch> roots_;
  std::map<Node, Node> module_dicts_;
  std::map<Node, std::uint32_t> entries_;
  dump::ProcessFacts facts_;
};

}  // namespace heapscan::tests
