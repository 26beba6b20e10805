// Histogram by type, with retained sizes.
//
// The instances of a type often hold one another (a tree's nodes, nested dicts), so the sum of
// their retained sizes counts the same bytes many times. What would be freed if all instances went
// is the sum over the topmost ones only: those that no other instance of the type dominates. A walk
// over the dominator tree finds them by counting, for each type name, how many of its instances
// enclose the current object.
//
// Instances of most types (str, int, float) dominate nothing, so none of them can lie below
// another: those sum up without the walk, and only the rest of the tree is linked and walked. The
// walk goes down to first children, across to siblings and up to dominators, without recursion or a
// stack.

#include "analysis/histogram.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace heapscan::analysis {
namespace {

/// The rows of the histogram, and for each TypeId the row that its name has.
class Names {
 public:
  explicit Names(const Heap& heap) {
    std::unordered_map<std::string_view, std::uint32_t> row_of_name;
    for (std::uint32_t type = 0; type < heap.columns().types.size(); ++type) {
      const std::string_view name = heap.type_name(dump::TypeId(type));
      const auto next = static_cast<std::uint32_t>(names_.size());
      const auto [entry, added] = row_of_name.emplace(name, next);
      if (added) {
        names_.push_back(name);
      }
      row_of_type_.push_back(entry->second);
    }
  }

  [[nodiscard]] std::size_t size() const { return names_.size(); }

  [[nodiscard]] std::uint32_t row(dump::TypeId type) const { return row_of_type_[type.value()]; }

  [[nodiscard]] std::string_view name(std::size_t row) const { return names_[row]; }

 private:
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> row_of_type_;
};

class TopmostSums {
 public:
  TopmostSums(const Heap& heap,
              const DominatorTree& dominators,
              const Names& names,
              std::vector<HistogramRow>& rows)
      : heap_(heap), dominators_(dominators), names_(names), rows_(rows) {}

  void run() {
    find_dominating_names();
    link_children();
    walk();
  }

 private:
  [[nodiscard]] std::uint32_t row(ObjectId id) const { return names_.row(heap_.type(id)); }

  [[nodiscard]] ObjectId dominator(ObjectId id) const { return dominators_.dominator[id.value()]; }

  void count(ObjectId id) { rows_[row(id)].retained += dominators_.retained[id.value()]; }

  void find_dominating_names() {
    dominates_.assign(rows_.size(), false);
    for (const ObjectId id : heap_.objects()) {
      if (const ObjectId above = dominator(id); above.has_value()) {
        dominates_[row(above)] = true;
      }
    }
  }

  /// Links the part of the tree that has to be walked and counts the rest.
  void link_children() {
    links_.resize(heap_.object_count());
    for (const ObjectId id : heap_.objects()) {
      if (!dominates_[row(id)]) {
        count(id);  // 0 for an unreachable object.
      } else if (dominators_.reachable.contains(id)) {
        const ObjectId above = dominator(id);
        ObjectId& first = above.has_value() ? links_[above.value()].first_child : first_top_;
        links_[id.value()].next_sibling = first;
        first = id;
      }
    }
  }

  void walk() {
    std::vector<std::uint32_t> enclosing(rows_.size());
    ObjectId current = first_top_;
    while (current.has_value()) {
      const Links links = links_[current.value()];
      if (links.next_sibling.has_value()) {
        __builtin_prefetch(&links_[links.next_sibling.value()]);
      }
      const std::uint32_t current_row = row(current);
      if (enclosing[current_row] == 0) {
        count(current);
      }
      if (links.first_child.has_value()) {
        ++enclosing[current_row];
        current = links.first_child;
        continue;
      }
      current = links.next_sibling.has_value() ? links.next_sibling : leave(current, enclosing);
    }
  }

  /// The next object to visit after the last child of its dominator: a sibling of the closest
  /// dominator that has one left.
  ObjectId leave(ObjectId last, std::vector<std::uint32_t>& enclosing) const {
    for (ObjectId above = dominator(last); above.has_value(); above = dominator(above)) {
      --enclosing[row(above)];
      if (const ObjectId next = links_[above.value()].next_sibling; next.has_value()) {
        return next;
      }
    }
    return ObjectId::none();
  }

  struct Links {
    ObjectId first_child;
    ObjectId next_sibling;
  };

  const Heap& heap_;
  const DominatorTree& dominators_;
  const Names& names_;
  std::vector<HistogramRow>& rows_;
  std::vector<bool> dominates_;  // For each row: whether an instance dominates anything.
  ObjectId first_top_;
  std::vector<Links> links_;
};

bool comes_first(const HistogramRow& a, const HistogramRow& b) {
  if (a.size != b.size) {
    return a.size > b.size;
  }
  return a.objects != b.objects ? a.objects > b.objects : a.type < b.type;
}

}  // namespace

Histogram histogram_by_type(const Heap& heap, const DominatorTree& dominators) {
  const Names names(heap);
  Histogram histogram;
  histogram.rows.resize(names.size());
  for (std::size_t row = 0; row < names.size(); ++row) {
    histogram.rows[row].type = names.name(row);
  }
  for (const ObjectId id : heap.objects()) {
    HistogramRow& row = histogram.rows[names.row(heap.type(id))];
    ++row.objects;
    row.size += heap.size(id);
  }
  TopmostSums(heap, dominators, names, histogram.rows).run();

  std::erase_if(histogram.rows, [](const HistogramRow& row) { return row.objects == 0; });
  std::sort(histogram.rows.begin(), histogram.rows.end(), comes_first);
  for (const HistogramRow& row : histogram.rows) {
    histogram.objects += row.objects;
    histogram.size += row.size;
  }
  return histogram;
}

}  // namespace heapscan::analysis
