#include "analysis/graph/neighbourhood.h"

#include <algorithm>
#include <utility>

#include "analysis/graph/object_set.h"

namespace heapscan::analysis {
namespace {

using dump::Heap;
using dump::ObjectId;
using dump::Referrer;

class Search {
 public:
  Search(const Heap& heap, std::size_t limit)
      : seen_(heap.object_count()), limit_(limit == 0 ? heap.object_count() : limit) {}

  /// The search continues from objects beyond the limit as well, so that all can be counted.
  void find(ObjectId object, std::uint32_t distance) {
    if (seen_.insert(object)) {
      found_.push_back({object, distance});
    }
  }

  [[nodiscard]] std::size_t size() const { return found_.size(); }

  [[nodiscard]] Neighbourhood::Member operator[](std::size_t row) const { return found_[row]; }

  [[nodiscard]] Neighbourhood finish(const Heap& heap, const StopSignal& stop) && {
    Neighbourhood result;
    const std::size_t kept = std::min(found_.size(), limit_);
    result.omitted = found_.size() - kept;
    found_.resize(kept);
    ObjectSet members(heap.object_count());
    for (const Neighbourhood::Member& member : found_) {
      members.insert(member.object);
    }
    for (const Neighbourhood::Member& member : found_) {
      stop.check_sometimes(member.object.value());
      std::uint32_t ordinal = 0;
      for (const ObjectId target : heap.targets(member.object)) {
        if (members.contains(target)) {
          result.references.push_back({member.object, ordinal});
        }
        ++ordinal;
      }
    }
    result.members = std::move(found_);
    return result;
  }

 private:
  ObjectSet seen_;
  std::size_t limit_;
  std::vector<Neighbourhood::Member> found_;
};

}  // namespace

Neighbourhood neighbourhood(const Heap& heap,
                            const std::vector<ObjectId>& seeds,
                            Direction direction,
                            const Extent& extent,
                            const StopSignal& stop) {
  Search search(heap, extent.limit);
  for (const ObjectId seed : seeds) {
    search.find(seed, 0);
  }
  for (std::size_t next = 0; next < search.size(); ++next) {
    stop.check_sometimes(next);
    const Neighbourhood::Member from = search[next];
    if (from.distance == extent.depth) {
      break;
    }
    if (direction == Direction::kOut) {
      for (const ObjectId target : heap.targets(from.object)) {
        search.find(target, from.distance + 1);
      }
    } else {
      for (const Referrer referrer : heap.referrers(from.object)) {
        search.find(referrer.source, from.distance + 1);
      }
    }
  }
  return std::move(search).finish(heap, stop);
}

}  // namespace heapscan::analysis
