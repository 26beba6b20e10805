// Histogram with retained sizes.
//
// Problem: the objects of a group often hold one another (the nodes of a tree, nested dicts), so
// the sum of their retained sizes counts the same bytes many times.
//
// Idea: what would be freed with the whole group is the sum over its topmost objects only: those
// that no other object of the group dominates. A walk over the dominator tree finds them by
// counting, for each group, how many of its objects enclose the current one.
//
// Objects of most groups (str, int, float) dominate nothing, so none of them can be below another:
// those are summed up without the walk, and only the rest of the tree is linked and walked. The
// walk goes down to first children, across to siblings and up to dominators, without recursion or a
// stack. It accesses memory at random, so what it needs of an object is in one row: the last child
// is linked to its dominator, as it has no sibling.
//
// Cost: linear; 12 bytes for each object.

#include "analysis/histogram/histogram.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "analysis/graph/object_set.h"

namespace heapscan::analysis {
namespace {

using Groups = std::vector<GroupId>;

class TopmostSums {
 public:
  TopmostSums(const Heap& heap,
              const DominatorTree& dominators,
              const Groups& group_of_object,
              std::vector<HistogramRow>& rows)
      : heap_(heap), dominators_(dominators), group_of_object_(group_of_object), rows_(rows) {}

  void run() {
    find_dominating_groups();
    link_children();
    walk();
  }

 private:
  struct Node {
    ObjectId first_child;
    ObjectId next;  // The next sibling; for the last one the dominator.
    std::uint32_t group = 0;
  };

  [[nodiscard]] ObjectId dominator(ObjectId id) const { return dominators_.dominator[id.value()]; }

  /// Objects of no group are counted in a row after those of the groups.
  [[nodiscard]] std::uint32_t row(ObjectId id) const {
    return std::min(group_of_object_[id.value()].value(),
                    static_cast<std::uint32_t>(rows_.size() - 1));
  }

  void count(ObjectId id, std::uint32_t row) {
    rows_[row].retained += dominators_.retained[id.value()];
  }

  void find_dominating_groups() {
    dominates_.assign(rows_.size(), false);
    for (const ObjectId id : heap_.objects()) {
      if (const ObjectId above = dominator(id); above.has_value()) {
        dominates_[row(above)] = true;
      }
    }
  }

  /// Links the part of the tree that has to be walked, and counts the rest.
  void link_children() {
    nodes_.resize(heap_.object_count());
    last_children_ = ObjectSet(heap_.object_count());
    for (const ObjectId id : heap_.objects()) {
      const std::uint32_t group = row(id);
      if (!dominates_[group]) {
        count(id, group);  // 0 for an unreachable object.
      } else if (dominators_.reachable.contains(id)) {
        const ObjectId above = dominator(id);
        ObjectId& first = above.has_value() ? nodes_[above.value()].first_child : first_top_;
        if (!first.has_value()) {
          last_children_.insert(id);
        }
        Node& node = nodes_[id.value()];
        node.next = first.has_value() ? first : above;
        node.group = group;
        first = id;
      }
    }
  }

  void prefetch(ObjectId id) const {
    if (id.has_value()) {
      __builtin_prefetch(&nodes_[id.value()]);
      __builtin_prefetch(&dominators_.retained[id.value()]);
    }
  }

  void walk() {
    std::vector<std::uint32_t> enclosing(rows_.size());
    ObjectId current = first_top_;
    while (current.has_value()) {
      const Node node = nodes_[current.value()];
      prefetch(node.first_child);
      prefetch(node.next);
      if (enclosing[node.group] == 0) {
        count(current, node.group);
      }
      if (node.first_child.has_value()) {
        ++enclosing[node.group];
        current = node.first_child;
        continue;
      }
      while (last_children_.contains(current) && nodes_[current.value()].next.has_value()) {
        current = nodes_[current.value()].next;
        --enclosing[nodes_[current.value()].group];
      }
      current = nodes_[current.value()].next;
    }
  }

  const Heap& heap_;
  const DominatorTree& dominators_;
  const Groups& group_of_object_;
  std::vector<HistogramRow>& rows_;
  std::vector<bool> dominates_;  // For each row: whether one of its objects dominates anything.
  ObjectId first_top_;
  std::vector<Node> nodes_;
  ObjectSet last_children_;
};

bool comes_first(const HistogramRow& a, const HistogramRow& b) {
  return std::tie(b.size, b.objects, a.name) < std::tie(a.size, a.objects, b.name);
}

/// Objects and sizes of each group; the last row has the objects of no group.
std::vector<HistogramRow> count_objects(const Heap& heap, const Grouping& grouping) {
  std::vector<HistogramRow> rows(grouping.names.size() + 1);
  const auto last = static_cast<std::uint32_t>(grouping.names.size());
  for (const ObjectId id : heap.objects()) {
    HistogramRow& row = rows[std::min(grouping.group_of_object[id.value()].value(), last)];
    ++row.objects;
    row.size += heap.size(id);
  }
  return rows;
}

Histogram histogram_of(std::vector<HistogramRow> rows, const std::vector<std::string>& names) {
  Histogram histogram;
  histogram.left_out_objects = rows.back().objects;
  histogram.left_out_size = rows.back().size;
  rows.pop_back();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rows[row].name = names[row];
  }
  std::erase_if(rows, [](const HistogramRow& row) { return row.objects == 0; });
  std::sort(rows.begin(), rows.end(), comes_first);
  for (const HistogramRow& row : rows) {
    histogram.objects += row.objects;
    histogram.size += row.size;
  }
  histogram.rows = std::move(rows);
  return histogram;
}

}  // namespace

void Histogram::sort_by_retained() {
  std::stable_sort(rows.begin(), rows.end(), [](const HistogramRow& a, const HistogramRow& b) {
    return a.retained > b.retained;
  });
}

Histogram histogram(const Heap& heap, const Grouping& grouping) {
  return histogram_of(count_objects(heap, grouping), grouping.names);
}

Histogram histogram(const Heap& heap, const Grouping& grouping, const DominatorTree& dominators) {
  std::vector<HistogramRow> rows = count_objects(heap, grouping);
  TopmostSums(heap, dominators, grouping.group_of_object, rows).run();
  return histogram_of(std::move(rows), grouping.names);
}

Histogram histogram_by_type(const Heap& heap, const DominatorTree& dominators) {
  return histogram(heap, group_by_type(heap), dominators);
}

}  // namespace heapscan::analysis
