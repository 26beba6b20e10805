#include "tests/support/shapes.h"

#include <utility>

#include "dump/heap_builder.h"

namespace heapscan::tests {
namespace {

using dump::HeapBuilder;
using dump::PendingObject;

/// A builder with the given number of objects. References must be added in order of their sources.
class Shape {
 public:
  Shape(std::uint32_t objects, std::uint64_t references, Held held) {
    builder_.reserve(objects, references);
    const dump::TypeId type = builder_.add_type("shape.Node");
    for (std::uint32_t row = 0; row < objects; ++row) {
      builder_.add_object({0x1000 + std::uint64_t{row} * 16, type, 16, 1, {}});
    }
    if (held == Held::kByRoot) {
      builder_.add_root(dump::RootKind::kGlobal, PendingObject(0), builder_.intern("shape"), true);
    }
  }

  void refer(std::uint32_t source, std::uint32_t target) {
    builder_.add_item(PendingObject(source), PendingObject(target), 0);
  }

  [[nodiscard]] dump::Heap heap() && { return std::move(builder_).finish(); }

 private:
  HeapBuilder builder_;
};

}  // namespace

dump::Heap linked_list(std::uint32_t nodes, Held held) {
  Shape shape(nodes, nodes, held);
  for (std::uint32_t node = 0; node + 1 < nodes; ++node) {
    shape.refer(node, node + 1);
  }
  return std::move(shape).heap();
}

dump::Heap doubly_linked_list(std::uint32_t nodes, Held held) {
  Shape shape(nodes, nodes * std::uint64_t{2}, held);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (node > 0) {
      shape.refer(node, node - 1);
    }
    if (node + 1 < nodes) {
      shape.refer(node, node + 1);
    }
  }
  return std::move(shape).heap();
}

dump::Heap list_with_hub(std::uint32_t nodes, Held held) {
  Shape shape(nodes + 1, nodes * std::uint64_t{2}, held);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    shape.refer(node, nodes);
    if (node + 1 < nodes) {
      shape.refer(node, node + 1);
    }
  }
  return std::move(shape).heap();
}

dump::Heap star(std::uint32_t leaves, Held held) {
  Shape shape(leaves + 1, leaves, held);
  for (std::uint32_t leaf = 1; leaf <= leaves; ++leaf) {
    shape.refer(0, leaf);
  }
  return std::move(shape).heap();
}

dump::Heap clique(std::uint32_t objects, Held held) {
  Shape shape(objects, std::uint64_t{objects} * objects, held);
  for (std::uint32_t source = 0; source < objects; ++source) {
    for (std::uint32_t target = 0; target < objects; ++target) {
      if (source != target) {
        shape.refer(source, target);
      }
    }
  }
  return std::move(shape).heap();
}

dump::Heap self_loops(std::uint32_t objects, Held held) {
  Shape shape(objects, objects * std::uint64_t{2}, held);
  for (std::uint32_t source = 0; source < objects; ++source) {
    shape.refer(source, source);
    for (std::uint32_t target = 1; source == 0 && target < objects; ++target) {
      shape.refer(source, target);
    }
  }
  return std::move(shape).heap();
}

dump::Heap parallel_references(std::uint32_t references, Held held) {
  Shape shape(2, references * std::uint64_t{2}, held);
  for (std::uint32_t source = 0; source < 2; ++source) {
    for (std::uint32_t copy = 0; copy < references; ++copy) {
      shape.refer(source, 1 - source);
    }
  }
  return std::move(shape).heap();
}

}  // namespace heapscan::tests
