#include "tests/support/heap_dsl.h"

namespace heapscan::tests {

using dump::HeapBuilder;
using dump::ReferenceKind;

HeapSketch::Node HeapSketch::object(std::string_view type,
                                    std::uint64_t size,
                                    dump::ObjectFlags flags) {
  objects_.push_back({std::string(type), size, flags, 0, {}, false});
  return Node(static_cast<std::uint32_t>(objects_.size() - 1));
}

HeapSketch::Node HeapSketch::text(std::string_view value, std::uint64_t size) {
  const Node node = object("str", size);
  this->value(node, value);
  return node;
}

HeapSketch::Node HeapSketch::module(std::string_view name) {
  const Node node = object("module", 72);
  value(node, name);
  const Node dict = object("dict", 184);
  attribute(node, dict, "__dict__");
  module_dicts_.emplace(node, dict);
  root(node, dump::RootKind::kModule, name, false);
  // sys.modules, which is not in the drawing.
  extra_count(node, 1);
  return node;
}

void HeapSketch::global(Node module, std::string_view name, Node target) {
  entry(module_dicts_.at(module), text(name), target);
}

void HeapSketch::attribute(Node source, Node target, std::string_view name) {
  references_.push_back({source, target, ReferenceKind::kAttribute, std::string(name), 0});
}

void HeapSketch::item(Node source, Node target, std::uint32_t position) {
  references_.push_back({source, target, ReferenceKind::kItem, {}, position});
}

void HeapSketch::entry(Node source, Node key, Node target) {
  const std::uint32_t position = entries_[source]++;
  references_.push_back({source, key, ReferenceKind::kKey, {}, position});
  references_.push_back({source, target, ReferenceKind::kValue, {}, key.value()});
}

void HeapSketch::conservative(Node source, Node target) {
  references_.push_back({source, target, ReferenceKind::kConservative, {}, 16});
}

void HeapSketch::weak(Node source, Node target) {
  weak_.emplace_back(source, target);
}

void HeapSketch::root(Node node, dump::RootKind kind, std::string_view label, bool counted) {
  roots_.push_back({node, kind, std::string(label), counted});
}

void HeapSketch::extra_count(Node node, std::uint32_t count) {
  objects_.at(node.value()).extra += count;
}

void HeapSketch::value(Node node, std::string_view text) {
  objects_.at(node.value()).value = text;
  objects_.at(node.value()).has_value = true;
}

dump::Heap HeapSketch::heap() const {
  std::vector<std::uint64_t> refcount(objects_.size());
  for (std::size_t row = 0; row < objects_.size(); ++row) {
    refcount[row] = objects_[row].extra;
  }
  for (const ReferenceSketch& reference : references_) {
    ++refcount[reference.target.value()];
  }
  for (const RootSketch& root : roots_) {
    refcount[root.node.value()] += root.counted ? 1 : 0;
  }

  HeapBuilder builder;
  std::map<std::string, dump::TypeId> types;
  for (std::size_t row = 0; row < objects_.size(); ++row) {
    const ObjectSketch& sketch = objects_[row];
    if (!types.contains(sketch.type)) {
      types.emplace(sketch.type, builder.add_type(sketch.type));
    }
    const Node node = builder.add_object({.address = 0x1000 + row * 0x40,
                                          .type = types.at(sketch.type),
                                          .size = sketch.size,
                                          .refcount = refcount[row],
                                          .flags = sketch.flags});
    if (sketch.has_value) {
      builder.set_value(node, sketch.value);
    }
  }
  for (const ReferenceSketch& reference : references_) {
    if (reference.kind == ReferenceKind::kAttribute) {
      builder.add_attribute(reference.source, reference.target, builder.intern(reference.name));
    } else if (reference.kind == ReferenceKind::kItem) {
      builder.add_item(reference.source, reference.target, reference.label);
    } else if (reference.kind == ReferenceKind::kKey) {
      builder.add_key(reference.source, reference.target, reference.label);
    } else if (reference.kind == ReferenceKind::kValue) {
      builder.add_value(reference.source, reference.target, Node(reference.label));
    } else {
      builder.add_conservative(reference.source, reference.target, reference.label);
    }
  }
  for (const auto& [source, target] : weak_) {
    builder.add_weak(source, target, dump::StringId::none());
  }
  for (const RootSketch& root : roots_) {
    const dump::StringId label =
        root.label.empty() ? dump::StringId::none() : builder.intern(root.label);
    builder.add_root(root.kind, root.node, label, root.counted);
  }
  builder.facts() = facts_;
  return std::move(builder).finish();
}

}  // namespace heapscan::tests
