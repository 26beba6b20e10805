// Problem: a program leaks a thousand sessions. Its heap grew by a thousand sessions, their dicts,
// strings, lists, and by whatever those hold. Say it in one line, and say where they are held, for
// two dumps that need not be of one process and share no address.
//
// Idea: both heaps are grouped by path signature (HolderTree), and the two trees are laid on each
// other, node on node, by the labels and types of their steps. On the way from a root to an object,
// the first node whose number of objects changed is where something is being added or taken away;
// everything below it follows from that, and counts there. Where no node above changed, the object
// counts at its own node: a dict whose table grew.
//
// One thing does not follow: a ninth worker is no reason for a million entries more in the caches
// of workers. A node below a holder that changed by kBeyondProportion times more than it has
// objects for each of that holder's is a holder of its own.
//
// Grouping by shortest path and comparing counts is how LeakCanary's Shark finds growth; comparing
// trees by labels instead of addresses is how Eclipse MAT compares dumps. Each object counts at one
// node, so the rows add up to the totals.
//
// Cost: a search of each heap and a look-up for each of its objects; then only the nodes of the
// trees.
#include "analysis/growth.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <future>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analysis/holder_tree.h"
#include "analysis/paths.h"
#include "analysis/signature_tree.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::TypeId;

/// So many times what a holder usually holds is not held because there is one holder more.
constexpr std::uint64_t kBeyondProportion = 100;

enum class Side : std::uint8_t { kOld, kNew };

void add(GrowthRow& row, Side side, std::uint64_t objects, std::uint64_t size) {
  (side == Side::kOld ? row.old_objects : row.new_objects) += objects;
  (side == Side::kOld ? row.old_size : row.new_size) += size;
}

void add_instances(GrowthRow& row, const GrowthRow& from) {
  row.old_instances += from.old_objects;
  row.new_instances += from.new_objects;
}

void add(GrowthRow& row, const GrowthRow& from) {
  add(row, Side::kOld, from.old_objects, from.old_size);
  add(row, Side::kNew, from.new_objects, from.new_size);
}

/// Rows with a key each, found by it.
class RowsByKey {
 public:
  GrowthRow& operator[](std::string_view key) {
    const auto [row, added] = row_of_.try_emplace(std::string(key), rows_.size());
    if (added) {
      rows_.emplace_back().key = key;
    }
    return rows_[row->second];
  }

  /// The rows that changed, in the order of the contract.
  [[nodiscard]] std::vector<GrowthRow> finish() && {
    std::erase_if(rows_, [](const GrowthRow& row) {
      return row.object_growth() == 0 && row.size_growth() == 0;
    });
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
  std::vector<GrowthRow> rows_;
  std::unordered_map<std::string, std::size_t> row_of_;
};

/// The totals of the growth, and those of each type, for one of the heaps.
void count_types(const Heap& heap, Side side, RowsByKey& by_type, GrowthRow& total) {
  std::vector<GrowthRow> of_type(heap.columns().types.size());
  for (const ObjectId id : heap.objects()) {
    add(of_type[heap.type(id).value()], side, 1, heap.size(id));
  }
  for (std::uint32_t type = 0; type < of_type.size(); ++type) {
    GrowthRow& row = by_type[heap.type_name(TypeId(type))];
    add(row, of_type[type]);
    add_instances(row, of_type[type]);
    add(total, of_type[type]);
  }
}

/// True when the change of `row` is far more than the change of `holder` above it can explain. The
/// same for the comparison the other way round.
bool beyond_proportion(const GrowthRow& row, const GrowthRow& holder) {
  const bool grew = holder.old_objects < holder.new_objects;
  const std::uint64_t holders = grew ? holder.old_objects : holder.new_objects;
  if (holders == 0) {
    return false;
  }
  const std::uint64_t usual =
      std::max<std::uint64_t>((grew ? row.old_objects : row.new_objects) / holders, 1);
  const auto change = static_cast<std::uint64_t>(std::abs(row.object_growth()));
  const auto holder_change = static_cast<std::uint64_t>(std::abs(holder.object_growth()));
  return change / kBeyondProportion > holder_change * usual;
}

/// Two holder trees laid on each other.
class MergedTree {
 public:
  void lay(const HolderTree& tree, Side side) {
    const SignatureTree& from = tree.steps();
    std::vector<std::uint32_t> labels;
    for (std::uint32_t label = 0; label < from.label_count(); ++label) {
      labels.push_back(steps_.label(from.label_text(label), from.label_form(label)));
    }
    std::vector<std::uint32_t> types;
    for (std::uint32_t type = 0; type < from.type_count(); ++type) {
      types.push_back(steps_.type(from.type_name(type)));
    }
    std::vector<std::uint32_t> merged(from.nodes().size(), SignatureTree::kTop);
    for (std::uint32_t node = 1; node < merged.size(); ++node) {
      const SignatureTree::Node& step = from.nodes()[node];
      merged[node] = steps_.child(merged[step.parent], labels[step.label], types[step.type]);
      rows_.resize(steps_.nodes().size());
      add(rows_[merged[node]], side, tree.nodes()[node].objects, tree.nodes()[node].size);
    }
  }

  [[nodiscard]] std::vector<GrowthRow> rows_by_holder() const {
    std::vector<std::uint32_t> holder(rows_.size(), SignatureTree::kTop);
    std::vector<GrowthRow> held(rows_.size());
    for (std::uint32_t node = 1; node < rows_.size(); ++node) {
      holder[node] = holder[steps_.nodes()[node].parent];
      const bool held_above = holder[node] != SignatureTree::kTop;
      if (held_above ? beyond_proportion(rows_[node], rows_[holder[node]])
                     : rows_[node].object_growth() != 0) {
        holder[node] = node;
      }
      add(held[holder[node] == SignatureTree::kTop ? node : holder[node]], rows_[node]);
    }
    RowsByKey result;
    for (std::uint32_t node = 1; node < held.size(); ++node) {
      if (held[node].object_growth() != 0 || held[node].size_growth() != 0) {
        // Nodes that differ only in a type that signatures leave out have one text.
        GrowthRow& row = result[steps_.text(node)];
        add(row, held[node]);
        add_instances(row, rows_[node]);
      }
    }
    return std::move(result).finish();
  }

 private:
  SignatureTree steps_;
  std::vector<GrowthRow> rows_;  // For each node, what is at the node itself.
};

bool is_same_process(const dump::ProcessFacts& a, const dump::ProcessFacts& b) {
  const bool known = !a.host.empty() && a.pid >= 0 && a.process_start >= 0;
  return known && a.host == b.host && a.pid == b.pid && a.process_start == b.process_start;
}

HolderTree holder_tree(const Heap& heap) {
  return HolderTree(heap, PathForest(heap));
}

}  // namespace

Growth compare(const Heap& old_heap, const Heap& new_heap) {
  std::future<HolderTree> old_tree =
      std::async(std::launch::async, [&] { return holder_tree(old_heap); });
  const HolderTree new_tree = holder_tree(new_heap);
  MergedTree merged;
  merged.lay(old_tree.get(), Side::kOld);
  merged.lay(new_tree, Side::kNew);

  Growth growth;
  growth.by_holder = merged.rows_by_holder();
  RowsByKey by_type;
  GrowthRow total;
  count_types(old_heap, Side::kOld, by_type, total);
  count_types(new_heap, Side::kNew, by_type, total);
  growth.by_type = std::move(by_type).finish();
  growth.old_objects = total.old_objects;
  growth.new_objects = total.new_objects;
  growth.old_size = total.old_size;
  growth.new_size = total.new_size;
  growth.same_process = is_same_process(old_heap.facts(), new_heap.facts());
  return growth;
}

}  // namespace heapscan::analysis
