#include "analysis/suspects/big_objects.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace heapscan::analysis {
namespace {

/// A run of big objects that each lead to a single other one.
using RunId = dump::Index<struct RunTag>;

/// Follows objects that each lead to a single other one, and joins them.
class ChainSearch {
 public:
  ChainSearch(const Heap& heap,
              const BigObjects& big,
              const ObjectSet& excluded,
              std::uint64_t threshold)
      : heap_(heap), big_(big), excluded_(excluded), threshold_(threshold) {}

  [[nodiscard]] std::vector<Chain> find() {
    sum_up();
    std::vector<std::optional<std::size_t>> chain_of_run(sizes_.size());
    std::vector<Chain> chains;
    for (const BigId id : big_.ids()) {
      const RunId run = run_of_[id.value()];
      if (!run.has_value() || sizes_[run.value()] < threshold_) {
        continue;
      }
      std::optional<std::size_t>& chain = chain_of_run[run.value()];
      if (!chain.has_value()) {
        chain = chains.size();
        chains.emplace_back().size = sizes_[run.value()];
      }
      chains[*chain].links.push_back(id);
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
    run_of_.resize(big_.rows().size());
    for (const BigId id : big_.ids()) {
      const BigObjects::Row& object = big_[id];
      if (!leads_on(object)) {
        continue;
      }
      RunId run = object.owner.has_value() ? run_of_[object.owner.value()] : RunId::none();
      if (!run.has_value()) {
        run = RunId(static_cast<std::uint32_t>(sizes_.size()));
        sizes_.push_back(0);
      }
      run_of_[id.value()] = run;
      sizes_[run.value()] += object.rest;
    }
  }

  void name(Chain& chain) const {
    std::map<dump::TypeId, std::size_t> counts;
    for (const BigId link : chain.links) {
      ++counts[heap_.type(big_[link].id)];
    }
    std::size_t most = 0;
    for (const BigId link : chain.links) {
      const ObjectId id = big_[link].id;
      if (counts[heap_.type(id)] > most) {
        most = counts[heap_.type(id)];
        chain.type = heap_.type(id);
        chain.holder = id;
      }
    }
  }

  /// At the end of a chain, the last big object keeps all links that are small.
  void add_end(Chain& chain) const {
    const auto ids = big_.ids();
    const BigId last = chain.links.back();
    const auto end = std::find_if(ids.begin() + last.value(), ids.end(),
                                  [&](BigId id) { return big_[id].owner == last; });
    if (end != ids.end() && big_[*end].big_children == 0 &&
        heap_.type(big_[*end].id) == chain.type) {
      chain.links.push_back(*end);
      chain.size += big_[*end].rest;
    }
  }

  const Heap& heap_;
  const BigObjects& big_;
  const ObjectSet& excluded_;
  const std::uint64_t threshold_;
  std::vector<RunId> run_of_;         // By big object: the run that it is in, or none.
  std::vector<std::uint64_t> sizes_;  // By run.
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
    Row row = {id, BigId::none(), 0, owners.kept(id)};
    const ObjectId owner = owners.owner(id);
    if (owner.has_value()) {
      row.owner = row_of_.at(owner);
      Row& above = rows_[row.owner.value()];
      above.rest -= row.rest;
      ++above.big_children;
    }
    row_of_.emplace(id, BigId(static_cast<std::uint32_t>(rows_.size())));
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
