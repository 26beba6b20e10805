#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/graph/stop.h"
#include "dump/heap.h"

namespace heapscan::analysis {

/// The position of an object in the order of a depth-first search. 0 is the virtual root above all
/// roots, so real objects start at 1.
using DfsNumber = std::uint32_t;

/// What a search knows about each object, in two bits.
class ObjectStates {
 public:
  enum class State : std::uint8_t {
    kUnmet = 0,     ///< Not found so far.
    kNumbered = 1,  ///< Found, and it has a number.
    kLeaf = 2,      ///< Refers to nothing and has one referrer, which therefore dominates it.
    kRoot = 3,      ///< Held by a root, so that nothing but the virtual root dominates it.
  };

  explicit ObjectStates(std::uint32_t object_count)
      : words_((std::size_t{object_count} + kStatesPerWord - 1) / kStatesPerWord) {}

  [[nodiscard]] State operator[](dump::ObjectId id) const {
    return static_cast<State>((words_[id.value() / kStatesPerWord] >> shift(id)) & 3U);
  }

  void set(dump::ObjectId id, State state) {
    std::uint64_t& word = words_[id.value() / kStatesPerWord];
    word = (word & ~(std::uint64_t{3} << shift(id))) |
           (static_cast<std::uint64_t>(state) << shift(id));
  }

  /// Before a search, the states of objects that no root holds serve as counters of referrers that
  /// distinguish none, one and several. Counts one more.
  void count_referrer(dump::ObjectId id) {
    const std::uint64_t counter = static_cast<std::uint64_t>((*this)[id]);
    // Without a branch, which would be mispredicted for every other object.
    words_[id.value() / kStatesPerWord] += std::uint64_t{counter < 2} << shift(id);
  }

  [[nodiscard]] bool has_one_referrer(dump::ObjectId id) const {
    return static_cast<std::uint64_t>((*this)[id]) == 1;
  }

 private:
  static constexpr std::uint32_t kStatesPerWord = 32;

  [[nodiscard]] static unsigned shift(dump::ObjectId id) {
    return (id.value() % kStatesPerWord) * 2U;
  }

  std::vector<std::uint64_t> words_;
};

/// References to objects with a smaller number: back to an ancestor in the spanning tree, or across
/// to another branch. A list of blocks: a growing array would take three times the memory while it
/// is reallocated.
class Crossings {
 public:
  struct Crossing {
    DfsNumber source = 0;
    DfsNumber target = 0;
  };

  void add(Crossing crossing) {
    if (blocks_.empty() || blocks_.back().size() == kBlock) {
      blocks_.emplace_back().reserve(kBlock);
    }
    blocks_.back().push_back(crossing);
  }

  /// In the order of adding: each block is a vector of Crossing.
  [[nodiscard]] std::vector<std::vector<Crossing>>& blocks() { return blocks_; }

  [[nodiscard]] std::size_t size() const {
    return blocks_.empty() ? 0 : (blocks_.size() - 1) * kBlock + blocks_.back().size();
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 16U;

  std::vector<std::vector<Crossing>> blocks_;
};

/// What the computation of dominators needs from the search: the depth-first spanning tree of the
/// reachable objects, and the references outside it. Arrays named `..._of_dfs` have a row for each
/// DfsNumber.
///
/// Omitted, because they cannot change a dominator: leaves with one referrer, references to objects
/// that a root holds, and references from an object to itself.
struct NumberedSearch {
  ObjectStates state_of_object;
  /// By object, in one array: the number of an object that has one, the dominator of a leaf, none
  /// for unreachable objects.
  std::vector<std::uint32_t> number_or_dominator_of_object;
  std::vector<dump::ObjectId> object_of_dfs;  ///< none for the virtual root.
  std::vector<DfsNumber> parent_of_dfs;       ///< In the spanning tree.
  /// The smallest number of an ancestor with a reference to the object: its parent, or one above.
  std::vector<DfsNumber> first_holder_of_dfs;
  Crossings crossings;
};

/// Cost: one pass over all references, and one depth-first search. Throws Stopped.
[[nodiscard]] NumberedSearch search_from_roots(const dump::Heap& heap, const StopSignal& stop);

}  // namespace heapscan::analysis
