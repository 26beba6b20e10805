// Problem: a program leaks a thousand sessions. Its heap grew by a thousand sessions, their dicts,
// strings, lists, and whatever those hold. Report that in one line, and where they are held, for
// dumps that may be of different processes and have no address in common.
//
// Idea: the heaps are grouped by path signature (HolderTree), and the trees are merged node by
// node, by the labels and types of their steps. On the way from a root to an object, the first node
// whose number of objects changed is where something is added or removed; everything below it is a
// consequence, and is counted there. Where no node above changed, the object is counted at its own
// node: a dict whose table grew.
//
// Not everything is a consequence: a ninth worker does not explain a million more entries in the
// caches of workers. A node below a holder that changed by kBeyondProportion times more than its
// usual number of objects per holder is a holder of its own.
//
// In a series, a place that grows in each step is more significant than one that only differs at
// the end: it is a holder of its own below one that goes up and down.
//
// Grouping by shortest path and comparing counts is how LeakCanary's Shark finds growth; comparing
// trees by labels instead of addresses is how Eclipse MAT compares dumps. Each object is counted at
// one node, so the rows add up to the totals.
//
// Cost: the nodes of the trees, times the number of dumps.
#include "analysis/growth/growth.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analysis/growth/holder_tree.h"
#include "analysis/text/signature_tree.h"

namespace heapscan::analysis {
namespace {

/// One more holder does not explain this many times what a holder usually holds.
constexpr std::uint64_t kBeyondProportion = 100;

void add(Amount& sum, const Amount& amount) {
  sum.objects += amount.objects;
  sum.size += amount.size;
  sum.instances += amount.instances;
}

/// One row's amounts in each dump.
using Amounts = std::span<const Amount>;

template <class Field>
std::vector<std::uint64_t> figures(Amounts amounts, Field field) {
  std::vector<std::uint64_t> values;
  for (const Amount& amount : amounts) {
    values.push_back(amount.*field);
  }
  return values;
}

Trend trend_of_row(const GrowthRow& row) {
  Trend trend = trend_of(figures(row.amounts, &Amount::size));
  if (trend.course != Course::kSteady && trend.course != Course::kUnknown &&
      row.size_growth() > 0 &&
      trend_of(figures(row.amounts, &Amount::instances)).course == Course::kSteady) {
    trend.course = Course::kSteady;
  }
  return trend;
}

bool changed(Amounts amounts) {
  return std::any_of(amounts.begin(), amounts.end(), [&amounts](const Amount& amount) {
    return amount.objects != amounts.front().objects || amount.size != amounts.front().size;
  });
}

/// Rows that are found by their keys.
class RowsByKey {
 public:
  explicit RowsByKey(std::size_t dumps) : dumps_(dumps) {}

  GrowthRow& operator[](std::string_view key) {
    const auto [row, added] = row_of_.try_emplace(std::string(key), rows_.size());
    if (added) {
      rows_.push_back({std::string(key), std::vector<Amount>(dumps_)});
    }
    return rows_[row->second];
  }

  /// The rows that changed, in the order that Growth promises.
  [[nodiscard]] std::vector<GrowthRow> finish() && {
    std::erase_if(rows_, [](const GrowthRow& row) { return !changed(row.amounts); });
    for (GrowthRow& row : rows_) {
      row.trend = trend_of_row(row);
    }
    std::sort(rows_.begin(), rows_.end(), [](const GrowthRow& a, const GrowthRow& b) {
      if (a.size_growth() != b.size_growth()) {
        return a.size_growth() > b.size_growth();
      }
      if (a.object_growth() != b.object_growth()) {
        return a.object_growth() > b.object_growth();
      }
      return a.key < b.key;
    });
    return std::move(rows_);
  }

 private:
  std::size_t dumps_;
  std::vector<GrowthRow> rows_;
  std::unordered_map<std::string, std::size_t> row_of_;
};

std::int64_t object_growth(Amounts amounts) {
  return static_cast<std::int64_t>(amounts.back().objects) -
         static_cast<std::int64_t>(amounts.front().objects);
}

/// True if the change of `row` is far more than the change of `holder` above it can explain. The
/// same for growth and shrinkage.
bool beyond_proportion(Amounts row, Amounts holder) {
  const bool grew = object_growth(holder) > 0;
  const std::uint64_t holders = grew ? holder.front().objects : holder.back().objects;
  if (holders == 0) {
    return false;
  }
  const std::uint64_t usual =
      std::max<std::uint64_t>((grew ? row.front().objects : row.back().objects) / holders, 1);
  const auto change = static_cast<std::uint64_t>(std::abs(object_growth(row)));
  const auto holder_change = static_cast<std::uint64_t>(std::abs(object_growth(holder)));
  return change / kBeyondProportion > holder_change * usual;
}

bool grows_steadily(Amounts row) {
  return row.size() > 2 && trend_of(figures(row, &Amount::objects)).course == Course::kSteady;
}

/// The amounts of each node of a tree, in each dump.
class AmountTable {
 public:
  explicit AmountTable(std::size_t dumps, std::size_t nodes = 0)
      : dumps_(dumps), amounts_(dumps * nodes) {}

  void resize(std::size_t nodes) { amounts_.resize(dumps_ * nodes); }

  [[nodiscard]] Amounts operator[](NodeId node) const {
    return {amounts_.data() + node.value() * dumps_, dumps_};
  }

  [[nodiscard]] Amount& at(NodeId node, std::size_t dump) {
    return amounts_[node.value() * dumps_ + dump];
  }

 private:
  std::size_t dumps_;
  std::vector<Amount> amounts_;
};

/// The nodes of a tree without its top, parents before children.
std::vector<NodeId> below_top(const SignatureTree& tree) {
  const auto nodes = tree.node_ids();
  return {nodes.begin() + 1, nodes.end()};
}

/// The holder trees of a series, merged.
class MergedTree {
 public:
  explicit MergedTree(const std::vector<Profile>& series)
      : dumps_(series.size()), rows_(series.size()) {
    for (const Profile& profile : series) {
      least_ = std::max(least_, profile.least_holder);
    }
    std::vector<Mapping> mappings;
    mappings.reserve(series.size());
    for (const Profile& profile : series) {
      mappings.push_back(merge(profile));
    }
    rows_.resize(steps_.nodes().size());
    for (std::size_t dump = 0; dump < dumps_; ++dump) {
      count(series[dump].holders, mappings[dump], dump);
    }
  }

  [[nodiscard]] std::vector<GrowthRow> rows_by_holder() const {
    const std::size_t nodes = steps_.nodes().size();
    std::vector<NodeId> holder_of(nodes, SignatureTree::kTop);
    AmountTable held(dumps_, nodes);
    for (const NodeId node : below_top(steps_)) {
      NodeId& holder = holder_of[node.value()];
      holder = holder_of[steps_.node(node).parent.value()];
      if (is_holder(node, holder)) {
        holder = node;
      }
      const NodeId row = holder == SignatureTree::kTop ? node : holder;
      for (std::size_t dump = 0; dump < dumps_; ++dump) {
        Amount amount = rows_[node][dump];
        amount.instances = row == node ? amount.objects : 0;
        add(held.at(row, dump), amount);
      }
    }
    RowsByKey result(dumps_);
    for (const NodeId node : below_top(steps_)) {
      if (changed(held[node])) {
        // Nodes that differ only in a type that signatures omit have the same text.
        GrowthRow& row = result[steps_.text(node)];
        for (std::size_t dump = 0; dump < dumps_; ++dump) {
          add(row.amounts[dump], held[node][dump]);
        }
      }
    }
    return std::move(result).finish();
  }

 private:
  /// For each label, type and node of a tree the one in steps_; kTop for nodes that are too small.
  struct Mapping {
    std::vector<LabelId> labels;
    std::vector<TypeNameId> types;
    std::vector<NodeId> nodes;

    [[nodiscard]] LabelId label(const SignatureTree::Node& step) const {
      return labels[step.label.value()];
    }

    [[nodiscard]] TypeNameId type(const SignatureTree::Node& step) const {
      return types[step.type.value()];
    }
  };

  /// Adds the nodes of a profile's tree.
  Mapping merge(const Profile& profile) {
    const SignatureTree& from = profile.holders.steps();
    Mapping mapping;
    for (const LabelId label : from.label_ids()) {
      mapping.labels.push_back(steps_.label(from.label_text(label), from.label_form(label)));
    }
    for (const TypeNameId type : from.type_ids()) {
      mapping.types.push_back(steps_.type(from.type_name(type)));
    }
    // A profile stored with the same limit has no smaller holders, so all of it counts.
    const bool all = profile.least_holder == least_;
    const std::vector<std::uint64_t> sizes = profile.holders.sizes_with_below();
    mapping.nodes.assign(from.nodes().size(), SignatureTree::kTop);
    for (const NodeId node : below_top(from)) {
      const SignatureTree::Node& step = from.node(node);
      if (all || sizes[node.value()] >= least_) {
        mapping.nodes[node.value()] = steps_.child(mapping.nodes[step.parent.value()],
                                                   mapping.label(step), mapping.type(step));
      }
    }
    return mapping;
  }

  void count(const HolderTree& tree, const Mapping& mapping, std::size_t dump) {
    const SignatureTree& from = tree.steps();
    std::vector<NodeId> merged = mapping.nodes;
    std::vector<bool> small(from.nodes().size());
    for (const NodeId node : below_top(from)) {
      const SignatureTree::Node& step = from.node(node);
      const NodeId above = merged[step.parent.value()];
      NodeId& into = merged[node.value()];
      if (small[step.parent.value()]) {
        small[node.value()] = true;
        into = above;
      } else if (into == SignatureTree::kTop) {
        // If it is large enough in another dump, it is compared with that.
        const NodeId known = steps_.known_child(above, mapping.label(step), mapping.type(step));
        small[node.value()] = !known.has_value();
        into = known.has_value() ? known : small_holders(above);
      }
      Amount& amount = rows_.at(into, dump);
      amount.objects += tree.node(node).objects;
      amount.size += tree.node(node).size;
    }
  }

  /// The node for holders below `node` that are too small for nodes of their own.
  NodeId small_holders(NodeId node) {
    const NodeId small = steps_.child(
        node, steps_.label(HolderTree::kSmallHolders, LabelForm::kAlone), steps_.type(""));
    rows_.resize(steps_.nodes().size());
    return small;
  }

  [[nodiscard]] bool is_holder(NodeId node, NodeId above) const {
    if (above == SignatureTree::kTop) {
      return object_growth(rows_[node]) != 0;
    }
    return beyond_proportion(rows_[node], rows_[above]) ||
           (grows_steadily(rows_[node]) && !grows_steadily(rows_[above]));
  }

  std::size_t dumps_;
  std::uint64_t least_ = 0;
  SignatureTree steps_;
  AmountTable rows_;  // For each node of steps_, what is at the node itself.
};

std::vector<GrowthRow> rows_by_type(const std::vector<Profile>& series) {
  RowsByKey rows(series.size());
  for (std::size_t dump = 0; dump < series.size(); ++dump) {
    for (const Profile::TypeRow& type : series[dump].types) {
      add(rows[type.type].amounts[dump], {type.objects, type.size, type.objects});
    }
  }
  return std::move(rows).finish();
}

std::vector<GrowthRow> rows_by_cycle(const std::vector<Profile>& series) {
  RowsByKey rows(series.size());
  for (std::size_t dump = 0; dump < series.size(); ++dump) {
    for (const Profile::CycleRow& cycle : series[dump].cycles) {
      add(rows[cycle.signature].amounts[dump], {cycle.objects, cycle.size, cycle.cycles});
    }
  }
  return std::move(rows).finish();
}

std::vector<GrowthRow> rows_by_suspect(const std::vector<Profile>& series) {
  std::map<std::string, GrowthRow> rows;
  const std::size_t last = series.size() - 1;
  for (const std::size_t dump : {std::size_t{0}, last}) {
    for (const Profile::SuspectRow& suspect : series[dump].suspects) {
      const std::string text = suspect_text(suspect);
      GrowthRow& row =
          rows.try_emplace(text, GrowthRow{text, std::vector<Amount>(2)}).first->second;
      add(row.amounts[dump == 0 ? 0 : 1], {suspect.instances, suspect.size, suspect.instances});
    }
  }
  std::vector<GrowthRow> sorted;
  for (auto& [text, row] : rows) {
    row.trend = trend_of_row(row);
    sorted.push_back(std::move(row));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const GrowthRow& a, const GrowthRow& b) {
    return a.size_growth() > b.size_growth();
  });
  return sorted;
}

}  // namespace

std::string suspect_text(const Profile::SuspectRow& suspect) {
  return suspect.place + ": " + suspect.type;
}

Growth compare(const std::vector<Profile>& series) {
  Growth growth;
  growth.total.key = "total";
  growth.same_process = true;
  for (const Profile& profile : series) {
    growth.total.amounts.push_back({profile.objects, profile.size, 0});
    growth.same_process =
        growth.same_process && is_same_process(series.front().facts, profile.facts);
  }
  growth.total.trend = trend_of_row(growth.total);
  growth.by_type = rows_by_type(series);
  growth.by_holder = MergedTree(series).rows_by_holder();
  growth.by_cycle = rows_by_cycle(series);
  growth.by_suspect = rows_by_suspect(series);
  return growth;
}

}  // namespace heapscan::analysis
