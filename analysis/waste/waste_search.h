#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "analysis/graph/object_set.h"
#include "analysis/runtimes/heap_types.h"
#include "analysis/runtimes/object_sizes.h"
#include "analysis/text/path_signatures.h"
#include "analysis/waste/waste.h"

/// The parts of find_waste(), each in a file of its own, and what they share. Each part is a pass
/// or two over the objects; its file describes what it finds and how exact it is.
namespace heapscan::analysis {

/// The state of a search for avoidable memory. The heap and the paths must outlive it.
class WasteSearch {
 public:
  WasteSearch(const Heap& heap, const PathForest& paths);

  [[nodiscard]] const Heap& heap() const { return heap_; }

  [[nodiscard]] bool reached(ObjectId id) const { return paths_.reached(id); }

  [[nodiscard]] const HeapTypes& types() const { return types_; }

  /// Whether the object's own type has the role; classes derived from it do not.
  [[nodiscard]] bool is(ObjectId id, TypeRole role) const { return types_.is(id, role); }

  /// Whether the object is never freed, whatever refers to it.
  [[nodiscard]] bool is_permanent(ObjectId id) const;

  /// Counts what the object would save, unless that is 0. Requires: reached(id).
  void add(WasteKind kind, ObjectId id, std::uint64_t saved);

  /// Counts all but one of these objects, which have equal values: the one that is kept and
  /// replaces the others is a permanent one, or the one with the largest reference count, as most
  /// share it.
  void add_equal(WasteKind kind, std::span<const ObjectId> objects);

  /// Objects whose whole size was counted, so that it must not be counted again.
  [[nodiscard]] ObjectSet& taken() { return taken_; }

  /// The object that replaces all objects found to have the same value as this one.
  [[nodiscard]] ObjectId same_value(ObjectId id) const { return same_value_[id.value()]; }

  void set_same_value(ObjectId id, ObjectId kept) { same_value_[id.value()] = kept; }

  /// In the order of Waste::rows.
  [[nodiscard]] std::vector<WasteRow> rows() const;

 private:
  struct Key {
    WasteKind kind = WasteKind::kDuplicateText;
    dump::TypeId type;
    NodeId signature;

    friend bool operator==(const Key&, const Key&) = default;
  };

  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      std::uint64_t hash =
          (std::uint64_t{key.type.value()} << 32U | key.signature.value()) * 0x9E3779B97F4A7C15U;
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
  HeapTypes types_;
  PathSignatures signatures_;
  ObjectSet taken_;
  std::vector<ObjectId> same_value_;
  std::unordered_map<Key, Sum, KeyHash> sums_;
};

void find_duplicate_strings(WasteSearch& search);
/// Requires: find_duplicate_strings() was called.
void find_duplicate_tuples(WasteSearch& search);
void find_instance_dicts(WasteSearch& search, const ObjectSizes& sizes);
void find_number_lists(WasteSearch& search, const ObjectSizes& sizes);
void find_sparse_dicts(WasteSearch& search, const ObjectSizes& sizes);
void find_spare_room(WasteSearch& search, const ObjectSizes& sizes);
/// `sizes`: null if they are not known.
void find_empty_containers(WasteSearch& search, const ObjectSizes* sizes);

}  // namespace heapscan::analysis
