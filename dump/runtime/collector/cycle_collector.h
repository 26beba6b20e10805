#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/gc_list.h"
#include "dump/runtime/objects/ref.h"

namespace heapscan::dump::runtime {

enum class CollectionPhase { kBegins, kEnds };

struct CollectionFacts {
  CollectionPhase phase = CollectionPhase::kBegins;
  unsigned generation = 0;
  std::uint64_t collected = 0;      ///< Of kEnds.
  std::uint64_t uncollectable = 0;  ///< Of kEnds.
};

struct GenerationStatistics {
  std::uint64_t collections = 0;
  std::uint64_t collected = 0;
  std::uint64_t uncollectable = 0;
};

/// CPython's cycle collector (3.8 to 3.12): it frees what reference counting cannot.
///
/// Containers are tracked once they are filled. Collecting a generation examines it and the younger
/// ones: references among these objects are subtracted from copies of their counts. An object whose
/// count drops to 0, and that no object with a positive count reaches, is unreachable. Weak
/// references to unreachable objects are cleared, finalizers run (once per object), and objects
/// that were not resurrected are emptied, so that reference counting frees them. An object with a
/// legacy finalizer, and everything that only it keeps alive, is uncollectable.
///
/// Uses no recursion, and allocates only for what is added to garbage().
class CycleCollector {
 public:
  using Callback = std::function<void(const CollectionFacts&)>;

  /// From now on the heap's automatic collections call this. The heap must outlive it.
  explicit CycleCollector(ObjectHeap& heap);
  CycleCollector(const CycleCollector&) = delete;
  CycleCollector& operator=(const CycleCollector&) = delete;
  CycleCollector(CycleCollector&&) = delete;
  CycleCollector& operator=(CycleCollector&&) = delete;
  ~CycleCollector() = default;

  /// Collects the generation (0 to 2) and the younger ones; returns how many unreachable objects
  /// it found, uncollectable ones included. 0 from within a collection. Throws Error(kUsage) for
  /// another generation.
  std::uint64_t collect(unsigned generation = kGenerations - 1);

  [[nodiscard]] std::array<std::uint64_t, kGenerations> threshold() const;

  /// A threshold of 0 for the youngest generation disables automatic collections.
  void set_threshold(const std::array<std::uint64_t, kGenerations>& threshold);

  /// Containers created minus freed since the last collection of generation 0; collections of
  /// generation 0 since the last one of generation 1; collections of 1 since the last one of 2.
  [[nodiscard]] std::array<std::uint64_t, kGenerations> counts() const;

  /// Whether collections start automatically.
  [[nodiscard]] bool is_enabled() const { return generations_.enabled; }

  void enable() { generations_.enabled = true; }

  void disable() { generations_.enabled = false; }

  [[nodiscard]] const std::array<GenerationStatistics, kGenerations>& statistics() const {
    return statistics_;
  }

  /// Calls it when a collection begins and when it ends.
  void add_callback(Callback callback) { callbacks_.push_back(std::move(callback)); }

  void clear_callbacks() { callbacks_.clear(); }

  /// Exempts everything that is tracked from collections.
  void freeze();
  void unfreeze();
  [[nodiscard]] std::uint64_t frozen_count() const;

  [[nodiscard]] static bool is_tracked(View object);

  /// Whether the object's finalizer ran.
  [[nodiscard]] static bool is_finalized(View object);

  /// The tracked objects of one generation, or of all; without frozen ones.
  [[nodiscard]] std::vector<Ref> objects(std::optional<unsigned> generation = {}) const;

  /// The tracked objects that refer to any of these.
  [[nodiscard]] std::vector<Ref> referrers(const std::vector<View>& targets) const;

  /// The referents of these, one per reference: an object that is referred to twice appears twice.
  [[nodiscard]] static std::vector<Ref> referents(const std::vector<View>& sources);

  /// Whether unreachable objects are moved to garbage() instead of being freed.
  void set_save_all(bool save_all) { save_all_ = save_all; }

  /// The uncollectable objects found, or with set_save_all() all unreachable ones.
  [[nodiscard]] const std::vector<Ref>& garbage() const { return garbage_; }

  /// Empties garbage() and returns what it held.
  [[nodiscard]] std::vector<Ref> take_garbage() { return std::exchange(garbage_, {}); }

 private:
  /// What a list of unreachable objects contains, so that unnecessary steps can be skipped.
  struct Garbage {
    std::uint64_t objects = 0;
    bool has_legacy_finalizers = false;
    bool has_finalizers = false;
    bool has_weak_references = false;
  };

  void require_thread() const;
  void collect_if_due();
  std::uint64_t run(unsigned generation);
  void note_survivors(unsigned generation, GcList& young, GcList& old);
  static void deduce_unreachable(GcList& young, GcList& unreachable);
  static void copy_counts(GcList& list);
  static void subtract_references(GcList& list);
  static void move_unreachable(GcList& young, GcList& unreachable);
  static void mark_reachable(Object* target, GcList& reachable);
  void untrack_tuples(GcList& list);
  void untrack_dicts(GcList& list);
  static Garbage examine(GcList& unreachable);
  static void move_legacy(GcList& unreachable, GcList& legacy);
  void clear_weak_references(GcList& unreachable, GcList& old);
  void finalize(GcList& unreachable);
  static std::uint64_t keep_resurrected(GcList& unreachable, GcList& old);
  void free_all(GcList& unreachable, GcList& old);
  void report(const CollectionFacts& facts);

  ObjectHeap& heap_;
  Generations& generations_;
  bool save_all_ = false;
  std::uint64_t long_lived_total_ = 0;
  std::uint64_t long_lived_pending_ = 0;
  std::array<GenerationStatistics, kGenerations> statistics_ = {};
  std::vector<Callback> callbacks_;
  std::vector<Ref> garbage_;
};

}  // namespace heapscan::dump::runtime
