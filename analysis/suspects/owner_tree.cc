// Problem: whose fault is an object? The dominator tree has the right answer for what one object
// alone keeps alive, but a program has more ways to a thing than one: a set and an event that tasks
// wait for, two variables of one module, a local of a function that happens to run. The dominator
// of such an object is the module, or nothing at all, and millions of objects that one list gathers
// look like millions of unrelated ones.
//
// Idea: ask the dominator tree first, and where it says nothing, the shortest path. Both agree with
// each other: every path to an object passes its dominators, the shortest one too. So the order of
// the forest, in which an object stands behind everything on its path, has every object behind its
// owner, whichever of the two gave it; and the tree below an object has all that it dominates.
//
// What an object keeps then is its retained size and what was adopted below it from elsewhere. One
// pass from the end of the order to its begin carries these extra bytes up. Where the dominator is
// a namespace its retained size has the object's bytes already, and they are taken off there.
//
// Cost: the pass looks at two bits of each object, and does work for adopted ones and the owners
// above them only.
#include "analysis/suspects/owner_tree.h"

#include <string_view>

#include "analysis/text/reference_names.h"

namespace heapscan::analysis {
namespace {

using dump::RootKind;
using dump::TypeId;

void insert_with_attributes(const Heap& heap, ObjectId id, ObjectSet& set) {
  set.insert(id);
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
    const dump::Reference reference = heap.reference(id, ordinal);
    if (is_attribute_dict(heap, reference)) {
      set.insert(reference.target);
    }
  }
}

}  // namespace

ObjectSet namespaces(const Heap& heap) {
  ObjectSet found(heap.object_count());
  for (const Root& root : heap.roots()) {
    if (root.kind == RootKind::kModule) {
      insert_with_attributes(heap, root.object, found);
    }
  }
  const auto types = heap.columns().types.span();
  std::vector<bool> makes_types(types.size());
  for (std::uint32_t row = 0; row < types.size(); ++row) {
    makes_types[row] = heap.type_name(TypeId(row)) == "type";
    // Classes of other metaclasses too, when they have instances.
    if (types[row].object.has_value()) {
      insert_with_attributes(heap, types[row].object, found);
    }
  }
  const auto type_of = heap.columns().type.span();
  for (const ObjectId id : heap.objects()) {
    if (makes_types[type_of[id.value()].value()]) {
      insert_with_attributes(heap, id, found);
    }
  }
  return found;
}

OwnerTree::OwnerTree(const Heap& heap, const DominatorTree& dominators, const PathForest& paths)
    : dominators_(dominators),
      paths_(paths),
      namespaces_(analysis::namespaces(heap)),
      adopted_(heap.object_count()),
      kept_(dominators.retained) {
  find_adopted(heap);
  add_what_was_adopted();
}

void OwnerTree::find_adopted(const Heap& heap) {
  for (const ObjectId id : heap.objects()) {
    const ObjectId dominator = dominators_.dominator[id.value()];
    if (dominator.has_value() ? namespaces_.contains(dominator)
                              : dominators_.reachable.contains(id)) {
      adopted_.insert(id);
    }
  }
}

void OwnerTree::add_what_was_adopted() {
  ObjectSet has_more(static_cast<std::uint32_t>(kept_.size()));  // Than it retains.
  const std::vector<ObjectId>& order = paths_.order();
  for (std::size_t row = order.size(); row-- > 0;) {
    const ObjectId id = order[row];
    const bool adopted = adopted_.contains(id);
    if (!adopted && !has_more.contains(id)) {
      continue;
    }
    const ObjectId dominator = dominators_.dominator[id.value()];
    const ObjectId above = adopted ? paths_.parent(id).source : dominator;
    if (!above.has_value()) {
      continue;
    }
    // Kept sizes are sums of shallow sizes in the end; on the way they may wrap around.
    const std::uint64_t retained = dominators_.retained[id.value()];
    kept_[above.value()] += above == dominator ? kept_[id.value()] - retained : kept_[id.value()];
    has_more.insert(above);
    if (adopted && dominator.has_value() && above != dominator) {
      kept_[dominator.value()] -= retained;
      has_more.insert(dominator);
    }
  }
}

}  // namespace heapscan::analysis
