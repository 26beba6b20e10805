#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dump/heap.h"

namespace heapscan::analysis {

/// The position of an object in the order in which a depth-first search meets the objects. 0 is the
/// virtual root above all roots, so real objects begin at 1.
using DfsNumber = std::uint32_t;

/// Two bits for each object: what a search knows of it.
class ObjectStates {
 public:
  enum class State : std::uint8_t {
    kUnmet = 0,     ///< Not met so far.
    kNumbered = 1,  ///< Met, and it has a number.
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

 private:
  static constexpr std::uint32_t kStatesPerWord = 32;

  [[nodiscard]] static unsigned shift(dump::ObjectId id) {
    return (id.value() % kStatesPerWord) * 2U;
  }

  std::vector<std::uint64_t> words_;
};

/// What the search leaves for the dominators: the depth-first spanning tree of the reachable
/// objects, and the references outside it. Arrays named `..._of_dfs` have a row for each DfsNumber.
///
/// Left out, because they cannot change a dominator: leaves with one referrer, references to
/// objects that a root holds, and references from an object to itself.
struct NumberedSearch {
  /// A reference to an object with a smaller number: backwards to an ancestor, or across to
  /// another branch of the tree.
  struct Crossing {
    DfsNumber source = 0;
    DfsNumber target = 0;
  };

  ObjectStates state_of_object;
  /// By object, in one array: the number of an object that has one, the dominator of a leaf, none
  /// for unreachable objects.
  std::vector<std::uint32_t> number_or_dominator_of_object;
  std::vector<dump::ObjectId> object_of_dfs;  ///< none for the virtual root.
  std::vector<DfsNumber> parent_of_dfs;       ///< In the spanning tree.
  /// The smallest number of an ancestor with a reference to the object: its parent, or one above.
  std::vector<DfsNumber> first_holder_of_dfs;
  std::vector<Crossing> crossings;  ///< By ascending source.
};

/// Cost: one pass over all references, and one depth-first search.
[[nodiscard]] NumberedSearch search_from_roots(const dump::Heap& heap);

}  // namespace heapscan::analysis
