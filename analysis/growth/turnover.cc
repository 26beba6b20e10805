// Problem: given two dumps of one process, which objects are the same? Addresses alone are not
// enough: an allocator reuses the same block again and again, and the next Session may be where the
// last one was.
//
// Idea: both dumps are sorted by address, so one pass over both finds the pairs. A pair is one
// object only if nothing that cannot change has changed: the type; the content of a value that has
// a hash; the items of a tuple; and the generation, as the cycle collector only moves objects to
// older ones. (That does not apply to types whose objects CPython may stop tracking and track again
// as young ones: dicts and tuples.)
//
// What holds the new objects is read from the forest of shortest paths, in whose order holders
// precede what they hold: each new object has the owner of the one above it, up to a survivor.
//
// Cost: linear in both heaps.
#include "analysis/growth/turnover.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analysis/graph/object_set.h"
#include "analysis/runtimes/heap_types.h"

namespace heapscan::analysis {
namespace {

void add(ObjectSum& sum, const Heap& heap, ObjectId id) {
  ++sum.objects;
  sum.size += heap.size(id);
}

/// Whether two objects at one address, one of each heap, can be the same object.
class Identity {
 public:
  Identity(const Heap& before, const Heap& after)
      : before_(before), after_(after), roles_(after), same_type_(after.columns().types.size()) {
    std::map<std::pair<std::string_view, std::uint64_t>, std::uint32_t> types;
    const auto key = [](const Heap& heap, std::uint32_t row) {
      const dump::ObjectId object = heap.columns().types[row].object;
      return std::pair(heap.type_name(dump::TypeId(row)),
                       object.has_value() ? heap.address(object) : 0);
    };
    for (std::uint32_t row = 0; row < before.columns().types.size(); ++row) {
      types.emplace(key(before, row), row);
    }
    for (std::uint32_t row = 0; row < same_type_.size(); ++row) {
      const auto found = types.find(key(after, row));
      const TypeRoles roles = roles_.roles(dump::TypeId(row));
      same_type_[row] = {found == types.end() ? dump::TypeId() : dump::TypeId(found->second),
                         roles.has(TypeRole::kFixedItems), roles.has(TypeRole::kMayRejuvenate)};
    }
  }

  [[nodiscard]] bool same(ObjectId old_id, ObjectId new_id) const {
    const TypePair& type = same_type_[after_.type(new_id).value()];
    return type.before == before_.type(old_id) && same_content(old_id, new_id) &&
           (type.may_rejuvenate || !younger(old_id, new_id)) &&
           (!type.has_fixed_items || same_items(old_id, new_id));
  }

 private:
  struct TypePair {
    dump::TypeId before;
    bool has_fixed_items = false;
    bool may_rejuvenate = false;
  };

  [[nodiscard]] static std::uint64_t hash(const Heap& heap, ObjectId id) {
    const auto& hashes = heap.columns().content_hash;
    return hashes.empty() ? 0 : hashes[id.value()];
  }

  [[nodiscard]] bool same_content(ObjectId old_id, ObjectId new_id) const {
    const std::uint64_t was = hash(before_, old_id);
    const std::uint64_t is = hash(after_, new_id);
    return was == is || was == 0 || is == 0;  // A dump without values has no hashes.
  }

  [[nodiscard]] bool younger(ObjectId old_id, ObjectId new_id) const {
    const dump::ObjectFlags was = before_.flags(old_id);
    const dump::ObjectFlags is = after_.flags(new_id);
    return was.has(dump::ObjectFlags::kGcTracked) && is.has(dump::ObjectFlags::kGcTracked) &&
           is.generation() == 0 && was.generation() > 0;
  }

  [[nodiscard]] bool same_items(ObjectId old_id, ObjectId new_id) const {
    const auto was = before_.targets(old_id);
    const auto is = after_.targets(new_id);
    return std::equal(was.begin(), was.end(), is.begin(), is.end(), [this](ObjectId a, ObjectId b) {
      return before_.address(a) == after_.address(b);
    });
  }

  const Heap& before_;
  const Heap& after_;
  const HeapTypes roles_;            // Of the later heap.
  std::vector<TypePair> same_type_;  // For each type of the later heap.
};

/// The new objects of the later heap, and the freed ones of the earlier heap.
struct Sides {
  ObjectSet fresh;
  ObjectSet freed;
};

/// Finds both sets, and adds up the survivors, new and freed objects in `result`.
Sides match_addresses(const Heap& before, const Heap& after, Turnover& result) {
  const Identity identity(before, after);
  Sides sides{ObjectSet(after.object_count()), ObjectSet(before.object_count())};
  std::uint32_t old_row = 0;
  std::uint32_t new_row = 0;
  const auto is_freed = [&] {
    sides.freed.insert(ObjectId(old_row));
    add(result.freed, before, ObjectId(old_row++));
  };
  const auto is_new = [&] {
    sides.fresh.insert(ObjectId(new_row));
    add(result.fresh, after, ObjectId(new_row++));
  };
  while (old_row < before.object_count() && new_row < after.object_count()) {
    const ObjectId old_id(old_row);
    const ObjectId new_id(new_row);
    if (before.address(old_id) < after.address(new_id)) {
      is_freed();
    } else if (after.address(new_id) < before.address(old_id)) {
      is_new();
    } else if (identity.same(old_id, new_id)) {
      add(result.survivors, after, new_id);
      ++old_row;
      ++new_row;
    } else {
      ++result.reused;
      is_freed();
      is_new();
    }
  }
  while (old_row < before.object_count()) {
    is_freed();
  }
  while (new_row < after.object_count()) {
    is_new();
  }
  return sides;
}

void sort(std::vector<Turnover::Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Turnover::Row& a, const Turnover::Row& b) {
    return std::tie(b.sum.size, b.sum.objects, a.key) < std::tie(a.sum.size, a.sum.objects, b.key);
  });
}

std::vector<Turnover::Row> rows_by_type(const Heap& heap, const ObjectSet& objects) {
  std::vector<ObjectSum> sums(heap.columns().types.size());
  for (const ObjectId id : heap.objects()) {
    if (objects.contains(id)) {
      add(sums[heap.type(id).value()], heap, id);
    }
  }
  std::map<std::string_view, ObjectSum> of_name;
  for (std::uint32_t type = 0; type < sums.size(); ++type) {
    ObjectSum& sum = of_name[heap.type_name(dump::TypeId(type))];
    sum.objects += sums[type].objects;
    sum.size += sums[type].size;
  }
  std::vector<Turnover::Row> rows;
  for (const auto& [name, sum] : of_name) {
    if (sum.objects != 0) {
      rows.push_back({std::string(name), sum, sum.objects});
    }
  }
  sort(rows);
  return rows;
}

/// For each new object the topmost new one on its path: itself if a survivor or a root holds it.
std::vector<ObjectId> topmost_new(const Heap& heap,
                                  const PathForest& paths,
                                  const ObjectSet& fresh) {
  std::vector<ObjectId> top(heap.object_count());
  for (const ObjectId id : paths.order()) {
    if (fresh.contains(id)) {
      const ObjectId above = paths.parent(id).source;
      top[id.value()] = above.has_value() && fresh.contains(above) ? top[above.value()] : id;
    }
  }
  return top;
}

std::vector<Turnover::Row> rows_by_holder(const Heap& heap,
                                          const GroupedObjects& holders,
                                          const ObjectSet& fresh,
                                          const std::vector<ObjectId>& top) {
  std::unordered_map<NodeId, Turnover::Row> of_node;
  for (const ObjectId id : heap.objects()) {
    if (!fresh.contains(id)) {
      continue;
    }
    const ObjectId topmost = top[id.value()];
    Turnover::Row& row = of_node[topmost.has_value() ? holders.node_of_object[topmost.value()]
                                                     : HolderTree::kUnreachable];
    add(row.sum, heap, id);
    row.instances += !topmost.has_value() || topmost == id ? 1U : 0U;
  }
  std::map<std::string, Turnover::Row> of_text;
  for (const auto& [node, part] : of_node) {
    // Nodes that differ only in a type that signatures omit have the same text.
    const std::string text = holders.tree.signature(node);
    Turnover::Row& row = of_text[text];
    row.key = text;
    row.sum.objects += part.sum.objects;
    row.sum.size += part.sum.size;
    row.instances += part.instances;
  }
  std::vector<Turnover::Row> rows;
  rows.reserve(of_text.size());
  for (auto& [text, row] : of_text) {
    rows.push_back(std::move(row));
  }
  sort(rows);
  return rows;
}

void find_owners(const Heap& heap,
                 const PathForest& paths,
                 const ObjectSet& fresh,
                 const std::vector<ObjectId>& top,
                 Turnover& result) {
  std::unordered_map<ObjectId, Turnover::Owner> owners;
  for (const ObjectId id : heap.objects()) {
    if (!fresh.contains(id)) {
      continue;
    }
    const ObjectId topmost = top[id.value()];
    const ObjectId survivor = topmost.has_value() ? paths.parent(topmost).source : ObjectId();
    if (!survivor.has_value()) {
      add(result.unheld, heap, id);
      continue;
    }
    Turnover::Owner& owner = owners[survivor];
    owner.survivor = survivor;
    add(owner.sum, heap, id);
    owner.directly += topmost == id ? 1U : 0U;
  }
  for (const auto& [survivor, owner] : owners) {
    result.owners.push_back(owner);
  }
  std::sort(result.owners.begin(), result.owners.end(),
            [](const Turnover::Owner& a, const Turnover::Owner& b) {
              return std::tie(b.sum.size, b.sum.objects, a.survivor) <
                     std::tie(a.sum.size, a.sum.objects, b.survivor);
            });
}

}  // namespace

Turnover turnover(const Heap& before,
                  const Heap& after,
                  const PathForest& paths,
                  const GroupedObjects& holders) {
  Turnover result;
  const Sides sides = match_addresses(before, after, result);
  result.fresh_by_type = rows_by_type(after, sides.fresh);
  result.freed_by_type = rows_by_type(before, sides.freed);
  const std::vector<ObjectId> top = topmost_new(after, paths, sides.fresh);
  result.fresh_by_holder = rows_by_holder(after, holders, sides.fresh, top);
  find_owners(after, paths, sides.fresh, top, result);
  return result;
}

}  // namespace heapscan::analysis
