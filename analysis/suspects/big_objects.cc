#include "analysis/suspects/big_objects.h"

#include <algorithm>
#include <map>
#include <utility>

namespace heapscan::analysis {
namespace {

constexpr std::uint32_t kNone = BigObjects::kNone;

/// Follows the objects that only lead to one other, and takes them together.
class ChainSearch {
 public:
  ChainSearch(const Heap& heap,
              const BigObjects& big,
              const ObjectSet& excluded,
              std::uint64_t threshold)
      : heap_(heap), big_(big), excluded_(excluded), threshold_(threshold) {}

  [[nodiscard]] std::vector<Chain> find() {
    sum_up();
    std::vector<std::uint32_t> row_of(sizes_.size(), kNone);
    std::vector<Chain> chains;
    for (std::uint32_t row = 0; row < run_of_.size(); ++row) {
      const std::uint32_t run = run_of_[row];
      if (run == kNone || sizes_[run] < threshold_) {
        continue;
      }
      if (row_of[run] == kNone) {
        row_of[run] = static_cast<std::uint32_t>(chains.size());
        chains.emplace_back().size = sizes_[run];
      }
      chains[row_of[run]].links.push_back(row);
    }
    for (Chain& chain : chains) {
      name(chain);
      add_end(chain);
    }
    return chains;
  }

 private:
  [[nodiscard]] bool leads_on(const BigObjects::Row& row) const {
    return row.big_children == 1 && row.rest < threshold_ && !excluded_.contains(row.id);
  }

  /// Numbers the runs of objects that lead on, and adds up their rests.
  void sum_up() {
    run_of_.assign(big_.rows().size(), kNone);
    for (std::uint32_t row = 0; row < run_of_.size(); ++row) {
      const BigObjects::Row& object = big_.rows()[row];
      if (!leads_on(object)) {
        continue;
      }
      std::uint32_t run = object.owner == kNone ? kNone : run_of_[object.owner];
      if (run == kNone) {
        run = static_cast<std::uint32_t>(sizes_.size());
        sizes_.push_back(0);
      }
      run_of_[row] = run;
      sizes_[run] += object.rest;
    }
  }

  void name(Chain& chain) const {
    std::map<dump::TypeId, std::size_t> counts;
    for (const std::uint32_t link : chain.links) {
      ++counts[heap_.type(big_.rows()[link].id)];
    }
    std::size_t most = 0;
    for (const std::uint32_t link : chain.links) {
      const ObjectId id = big_.rows()[link].id;
      if (counts[heap_.type(id)] > most) {
        most = counts[heap_.type(id)];
        chain.type = heap_.type(id);
        chain.holder = id;
      }
    }
  }

  /// Where a chain ends, the last big object keeps all links that are small.
  void add_end(Chain& chain) const {
    const auto& rows = big_.rows();
    const auto end =
        std::find_if(rows.begin() + chain.links.back(), rows.end(),
                     [&](const BigObjects::Row& row) { return row.owner == chain.links.back(); });
    if (end != rows.end() && end->big_children == 0 && heap_.type(end->id) == chain.type) {
      chain.links.push_back(static_cast<std::uint32_t>(end - rows.begin()));
      chain.size += end->rest;
    }
  }

  const Heap& heap_;
  const BigObjects& big_;
  const ObjectSet& excluded_;
  const std::uint64_t threshold_;
  std::vector<std::uint32_t> run_of_;  // By row: the run that it is in, or none.
  std::vector<std::uint64_t> sizes_;   // By run.
};

}  // namespace

BigObjects::BigObjects(const Heap& heap,
                       const PathForest& paths,
                       const OwnerTree& owners,
                       std::uint64_t threshold)
    : threshold_(threshold), big_(heap.object_count()) {
  for (const ObjectId id : heap.objects()) {
    if (owners.kept(id) >= threshold) {
      big_.insert(id);
    }
  }
  for (const ObjectId id : paths.order()) {
    if (!big_.contains(id)) {
      continue;
    }
    Row row = {id, kNone, 0, owners.kept(id)};
    const ObjectId owner = owners.owner(id);
    if (owner.has_value()) {
      row.owner = row_of_.at(owner.value());
      rows_[row.owner].rest -= row.rest;
      ++rows_[row.owner].big_children;
    }
    row_of_.emplace(id.value(), static_cast<std::uint32_t>(rows_.size()));
    rows_.push_back(row);
  }
}

std::vector<Chain> find_chains(const Heap& heap,
                               const BigObjects& big,
                               const ObjectSet& excluded,
                               std::uint64_t threshold) {
  return ChainSearch(heap, big, excluded, threshold).find();
}

}  // namespace heapscan::analysis
