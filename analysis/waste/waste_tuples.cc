// Duplicate tuples: tuples whose items are equal one by one; one of them is enough. All but one
// would be freed, so the bytes saved are their shallow sizes; duplicate strings in them are counted
// with the strings.
//
// Items are equal if they are the same object, or if the dump has their values: strings that were
// found to be duplicates, numbers with the same exact preview, and tuples in turn. Only objects of
// the type tuple itself count: a namedtuple means more than its items. Anything else is compared by
// identity, so the figure is a lower bound.
//
// Tuples nest, so items must be visited before what holds them: a search with a stack, because a
// chain of tuples may be a million long. A tuple that contains itself (which native code can build)
// is compared by identity when it is reached again.
//
// Cost: one pass over the items, sorting the tuples by a hash of their items, and comparing those
// of equal hashes.
#include <algorithm>
#include <unordered_map>

#include "analysis/waste/waste_search.h"

namespace heapscan::analysis {
namespace {

/// Finds the integers and the floating-point numbers of equal value.
void unify_numbers(WasteSearch& search) {
  const Heap& heap = search.heap();
  const dump::HeapColumns& columns = heap.columns();
  std::unordered_map<std::string_view, ObjectId> ints;
  std::unordered_map<std::string_view, ObjectId> floats;
  for (std::size_t row = 0; row < columns.value_object.size(); ++row) {
    const ObjectId id = columns.value_object[row];
    const TypeRoles type = search.types().roles(heap.type(id));
    if (search.types().traits().is_exact_number(type, columns.value_text[row])) {
      auto& known = type.has(TypeRole::kInteger) ? ints : floats;
      search.set_same_value(id, known.emplace(columns.value_text[row], id).first->second);
    }
  }
}

class TupleSearch {
 public:
  explicit TupleSearch(WasteSearch& search)
      : search_(search), heap_(search.heap()), state_of_object_(heap_.object_count()) {}

  void run() {
    for (const ObjectId id : heap_.objects()) {
      if (is_tuple(id)) {
        visit(id);
      }
    }
    count();
  }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kDone };

  [[nodiscard]] bool is_tuple(ObjectId id) const {
    return search_.is(id, TypeRole::kFixedItems) && search_.reached(id);
  }

  /// Finishes the tuple and all tuples in it, the inner ones first.
  void visit(ObjectId start) {
    pending_.push_back(start);
    while (!pending_.empty()) {
      const ObjectId id = pending_.back();
      State& state = state_of_object_[id.value()];
      if (state == State::kNew) {
        state = State::kOpen;
        push_items(id);
        continue;
      }
      pending_.pop_back();
      if (state == State::kOpen) {
        state = State::kDone;
        finish(id);
      }
    }
  }

  /// The tuples in the tuple, unless they were visited before.
  void push_items(ObjectId id) {
    for (const ObjectId item : heap_.targets(id)) {
      if (state_of_object_[item.value()] == State::kNew && is_tuple(item)) {
        pending_.push_back(item);
      }
    }
  }

  /// Finds a tuple of equal items among those finished before.
  void finish(ObjectId id) {
    tuples_.push_back(id);
    const ObjectId first = first_of_hash_.try_emplace(hash_of(id), id).first->second;
    if (equal(first, id)) {
      search_.set_same_value(id, first);
    }
  }

  [[nodiscard]] std::uint64_t hash_of(ObjectId id) const {
    std::uint64_t hash = heap_.size(id);
    for (const ObjectId item : heap_.targets(id)) {
      hash = (hash ^ search_.same_value(item).value()) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 31U;
    }
    return hash;
  }

  [[nodiscard]] bool equal(ObjectId a, ObjectId b) const {
    const auto items_a = heap_.targets(a);
    const auto items_b = heap_.targets(b);
    return heap_.size(a) == heap_.size(b) &&
           std::equal(items_a.begin(), items_a.end(), items_b.begin(), items_b.end(),
                      [this](ObjectId x, ObjectId y) {
                        return search_.same_value(x) == search_.same_value(y);
                      });
  }

  void count() {
    const auto value = [this](ObjectId id) { return search_.same_value(id); };
    std::sort(tuples_.begin(), tuples_.end(), [&](ObjectId a, ObjectId b) {
      return value(a) != value(b) ? value(a) < value(b) : a < b;
    });
    std::size_t end = 0;
    for (std::size_t first = 0; first < tuples_.size(); first = end) {
      const ObjectId of_group = value(tuples_[first]);
      while (end < tuples_.size() && value(tuples_[end]) == of_group) {
        ++end;
      }
      if (end - first > 1) {
        search_.add_equal(WasteKind::kDuplicateTuple,
                          std::span(tuples_).subspan(first, end - first));
      }
    }
  }

  WasteSearch& search_;
  const Heap& heap_;
  std::vector<State> state_of_object_;
  std::vector<ObjectId> pending_;
  std::unordered_map<std::uint64_t, ObjectId> first_of_hash_;
  std::vector<ObjectId> tuples_;
};

}  // namespace

void find_duplicate_tuples(WasteSearch& search) {
  unify_numbers(search);
  TupleSearch(search).run();
}

}  // namespace heapscan::analysis
