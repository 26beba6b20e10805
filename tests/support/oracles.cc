#include "tests/support/oracles.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/graph/dominator_tree.hpp>

#include "dump/heap_graph.h"

namespace heapscan::tests {

using analysis::DominatorTree;
using dump::Heap;
using dump::ObjectId;

namespace {

/// Everything about the tree that follows from which objects dominate which.
DominatorTree tree_of(const Heap& heap, std::vector<ObjectId> dominators) {
  DominatorTree tree;
  tree.reachable = analysis::ObjectSet(heap.object_count());
  tree.retained.resize(heap.object_count());
  tree.dominator = std::move(dominators);
  const std::vector<bool> reachable = reachable_without(heap, ObjectId::none());
  for (const ObjectId id : heap.objects()) {
    if (!reachable[id.value()]) {
      continue;
    }
    tree.reachable.insert(id);
    ++tree.reachable_count;
    tree.top_count += tree.dominator[id.value()].has_value() ? 0U : 1U;
    tree.reachable_size += heap.size(id);
    for (ObjectId holder = id; holder.has_value(); holder = tree.dominator[holder.value()]) {
      tree.retained[holder.value()] += heap.size(id);
    }
  }
  return tree;
}

}  // namespace

std::vector<bool> reachable_without(const Heap& heap, ObjectId removed) {
  std::vector<bool> reached(heap.object_count());
  std::vector<ObjectId> pending;
  const auto reach = [&](ObjectId id) {
    if (id != removed && !reached[id.value()]) {
      reached[id.value()] = true;
      pending.push_back(id);
    }
  };
  for (const dump::Root& root : heap.roots()) {
    reach(root.object);
  }
  while (!pending.empty()) {
    const ObjectId source = pending.back();
    pending.pop_back();
    for (const ObjectId target : heap.targets(source)) {
      reach(target);
    }
  }
  return reached;
}

analysis::ObjectSet reachable_objects(const Heap& heap) {
  const std::vector<bool> reached = reachable_without(heap, ObjectId::none());
  analysis::ObjectSet objects(heap.object_count());
  for (const ObjectId id : heap.objects()) {
    if (reached[id.value()]) {
      objects.insert(id);
    }
  }
  return objects;
}

DominatorTree dominators_by_removal(const Heap& heap) {
  const std::vector<bool> reachable = reachable_without(heap, ObjectId::none());
  std::vector<std::vector<ObjectId>> dominators(heap.object_count());
  for (const ObjectId removed : heap.objects()) {
    const std::vector<bool> left = reachable_without(heap, removed);
    for (const ObjectId id : heap.objects()) {
      if (id != removed && reachable[id.value()] && !left[id.value()]) {
        dominators[id.value()].push_back(removed);
      }
    }
  }
  // Of the dominators of one object, the closest is the one that all others dominate.
  std::vector<ObjectId> closest(heap.object_count());
  for (const ObjectId id : heap.objects()) {
    const std::vector<ObjectId>& above = dominators[id.value()];
    const auto found = std::max_element(above.begin(), above.end(), [&](ObjectId a, ObjectId b) {
      return dominators[a.value()].size() < dominators[b.value()].size();
    });
    closest[id.value()] = found == above.end() ? ObjectId::none() : *found;
  }
  return tree_of(heap, std::move(closest));
}

Heap with_root_object(const Heap& heap) {
  dump::HeapColumns columns = heap.columns();
  const auto with_last = [](const auto& column, auto last) {
    std::vector<decltype(last)> rows(column.begin(), column.end());
    rows.push_back(last);
    return dump::Column(std::move(rows));
  };
  std::vector<ObjectId> targets(columns.target.begin(), columns.target.end());
  std::vector<dump::ReferenceKind> kinds(columns.kind.begin(), columns.kind.end());
  std::vector<std::uint32_t> labels(columns.label.begin(), columns.label.end());
  for (const dump::Root& root : heap.roots()) {
    targets.push_back(root.object);
    kinds.push_back(dump::ReferenceKind::kItem);
    labels.push_back(0);
  }
  const std::uint64_t last_address =
      columns.address.empty() ? 0 : columns.address[columns.address.size() - 1];
  columns.address = with_last(columns.address, last_address + 1);
  columns.type = with_last(columns.type, dump::TypeId(0));
  columns.size = with_last(columns.size, std::uint64_t{0});
  columns.refcount = with_last(columns.refcount, dump::kImmortal);
  columns.flags = with_last(columns.flags, dump::ObjectFlags().set(dump::ObjectFlags::kSynthetic));
  columns.site = {};
  columns.content_hash = {};
  columns.reference_begin = with_last(columns.reference_begin, std::uint64_t{targets.size()});
  columns.target = dump::Column(std::move(targets));
  columns.kind = dump::Column(std::move(kinds));
  columns.label = dump::Column(std::move(labels));
  columns.root = dump::Column(std::vector<dump::Root>{
      {ObjectId(heap.object_count()), dump::StringId::none(), dump::RootKind::kGlobal, false, 0}});
  return Heap(std::move(columns));
}

DominatorTree dominators_by_boost(const Heap& heap) {
  const Heap rooted = with_root_object(heap);
  const ObjectId root(heap.object_count());
  // The overload that creates these maps itself numbers unreachable vertices 0, like the root, and
  // takes them for predecessors.
  std::vector<std::uint32_t> number(rooted.object_count(),
                                    std::numeric_limits<std::uint32_t>::max());
  std::vector<ObjectId> parent(rooted.object_count());
  std::vector<ObjectId> by_number(rooted.object_count());
  std::vector<ObjectId> closest(rooted.object_count());
  const dump::ObjectIndexMap rows = get(boost::vertex_index, rooted);
  boost::lengauer_tarjan_dominator_tree(
      rooted, root, rows, boost::make_iterator_property_map(number.begin(), rows),
      boost::make_iterator_property_map(parent.begin(), rows), by_number,
      boost::make_iterator_property_map(closest.begin(), rows));
  closest.pop_back();
  std::replace(closest.begin(), closest.end(), root, ObjectId::none());
  return tree_of(heap, std::move(closest));
}

std::map<std::string, std::uint64_t> retained_by_name(const Heap& heap,
                                                      const DominatorTree& dominators) {
  std::map<std::string, std::uint64_t> sums;
  for (const ObjectId id : heap.objects()) {
    ObjectId above = dominators.dominator[id.value()];
    while (above.has_value() && heap.type_name(above) != heap.type_name(id)) {
      above = dominators.dominator[above.value()];
    }
    sums[std::string(heap.type_name(id))] +=
        above.has_value() ? 0 : dominators.retained[id.value()];
  }
  return sums;
}

}  // namespace heapscan::tests
