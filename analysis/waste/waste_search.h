#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/graph/object_set.h"
#include "analysis/text/object_signatures.h"
#include "analysis/waste/python_sizes.h"
#include "analysis/waste/waste.h"

/// The parts of find_waste(), each in a file of its own, and what they share.
namespace heapscan::analysis {

/// A search for waste that is going on.
class WasteSearch {
 public:
  WasteSearch(const Heap& heap, const PathForest& paths);

  [[nodiscard]] const Heap& heap() const { return heap_; }

  [[nodiscard]] bool reached(ObjectId id) const { return paths_.reached(id); }

  /// Whether the object is of the builtin type of this name, not of a class derived from it.
  [[nodiscard]] bool is(ObjectId id, std::string_view builtin) const {
    return heap_.type_name(id) == builtin;
  }

  /// Whether the object is never freed, whoever lets go of it.
  [[nodiscard]] bool is_permanent(ObjectId id) const;

  /// Counts what mending the object would save, unless that is nothing. Requires: reached(id).
  void add(WasteKind kind, ObjectId id, std::uint64_t saved);

  /// Counts all but one of these objects, which are of equal value: the one that stays, and serves
  /// for all, is a permanent one, or the one with the largest reference count: most share it now.
  void add_equal(WasteKind kind, std::span<const ObjectId> objects);

  /// Objects whose whole size was counted, so that nothing else may count it.
  [[nodiscard]] ObjectSet& taken() { return taken_; }

  /// The object that serves for all that were found to have the value of this one.
  [[nodiscard]] ObjectId same_value(ObjectId id) const { return same_value_[id.value()]; }

  void set_same_value(ObjectId id, ObjectId serves) { same_value_[id.value()] = serves; }

  /// In the order of Waste::rows.
  [[nodiscard]] std::vector<WasteRow> rows() const;

 private:
  struct Key {
    WasteKind kind = WasteKind::kDuplicateText;
    std::uint32_t type = 0;
    std::uint32_t signature = 0;

    friend bool operator==(const Key&, const Key&) = default;
  };

  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      std::uint64_t hash = (std::uint64_t{key.type} << 32U | key.signature) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 29U;
      return hash + static_cast<std::size_t>(key.kind);
    }
  };

  struct Sum {
    std::uint64_t objects = 0;
    std::uint64_t saved = 0;
    ObjectId example;
  };

  const Heap& heap_;
  const PathForest& paths_;
  ObjectSignatures signatures_;
  ObjectSet taken_;
  std::vector<ObjectId> same_value_;
  std::unordered_map<Key, Sum, KeyHash> sums_;
};

void find_duplicate_texts(WasteSearch& search);
/// Requires: find_duplicate_texts() was called.
void find_duplicate_tuples(WasteSearch& search);
void find_instance_dicts(WasteSearch& search, const PythonSizes& sizes);
void find_number_lists(WasteSearch& search, const PythonSizes& sizes);
void find_sparse_dicts(WasteSearch& search, const PythonSizes& sizes);
void find_spare_room(WasteSearch& search, const PythonSizes& sizes);
/// `sizes`: null where they are not known.
void find_empty_containers(WasteSearch& search, const PythonSizes* sizes);

}  // namespace heapscan::analysis
