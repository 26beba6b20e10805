// Problem: which object is responsible for another? The dominator tree is right about what one
// object alone keeps alive, but programs refer to things in several ways: a set and an event that
// tasks wait for, two variables of one module, a local of a function that happens to run. The
// dominator of such an object is the module, or nothing at all, and millions of objects in one list
// look like millions of unrelated ones.
//
// Idea: ask the dominator tree first, and where it has no answer, the shortest path. The two are
// consistent: every path to an object passes its dominators, the shortest one too. So in the order
// of the forest, where an object follows everything on its path, every object follows its owner,
// whichever of the two it comes from; and the tree below an object has all that it dominates.
//
// What an object keeps is its retained size and whatever was adopted below it from elsewhere. One
// pass from the end of the order to its beginning carries these extra bytes up. Where the dominator
// is a namespace, its retained size includes the object's bytes already, and they are subtracted
// there.
//
// Cost: the pass looks at two bits of each object, and does work only for adopted ones and the
// owners above them.
#include "analysis/suspects/owner_tree.h"

#include "analysis/runtimes/heap_types.h"

namespace heapscan::analysis {
namespace {

using dump::RootKind;

void insert_with_attributes(const Heap& heap, const HeapTypes& types, ObjectId id, ObjectSet& set) {
  set.insert(id);
  for (std::uint32_t ordinal = 0; ordinal < heap.out_degree(id); ++ordinal) {
    const dump::Reference reference = heap.reference(id, ordinal);
    if (types.is_attribute_table(reference)) {
      set.insert(reference.target);
    }
  }
}

}  // namespace

ObjectSet namespaces(const Heap& heap) {
  const HeapTypes types(heap);
  ObjectSet found(heap.object_count());
  for (const Root& root : heap.roots()) {
    if (root.kind == RootKind::kModule) {
      insert_with_attributes(heap, types, root.object, found);
    }
  }
  // Classes with other metaclasses too, if they have instances.
  for (const dump::Type& type : heap.columns().types) {
    if (type.object.has_value()) {
      insert_with_attributes(heap, types, type.object, found);
    }
  }
  for (const ObjectId id : heap.objects()) {
    if (types.is(id, TypeRole::kClass)) {
      insert_with_attributes(heap, types, id, found);
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
    // The final kept sizes are sums of shallow sizes; intermediate ones may wrap around.
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
