#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "dump/runtime/objects/gc_list.h"

namespace heapscan::dump::runtime {

inline constexpr unsigned kGenerations = 3;

/// The tracked containers of a heap by generation, and when the next collection is due.
///
/// The code that creates and frees objects maintains the lists and counts; the cycle collector,
/// which moves objects between lists, builds on this (see CycleCollector).
struct Generations {
  struct Generation {
    GcList list;
    std::uint64_t threshold = 0;
    /// For the youngest: containers created minus freed since its last collection; for the others:
    /// collections of the next younger generation since their own.
    std::uint64_t count = 0;
  };

  /// Puts a container in the youngest generation.
  void track(Object* object) {
    object->set(Object::kTracked);
    all[0].list.append(GcHead::of(object));
  }

  static void untrack(Object* object) {
    object->reset(Object::kTracked | Object::kCollecting | Object::kUnreachable);
    GcList::unlink(GcHead::of(object));
  }

  /// Counts a container that is about to be created. Starts a collection if one is due.
  void count_created() {
    Generation& youngest = all[0];
    ++youngest.count;
    if (youngest.count > youngest.threshold && youngest.threshold > 0 && enabled && !collecting) {
      collect_if_due();
    }
  }

  void count_freed() {
    if (all[0].count > 0) {
      --all[0].count;
    }
  }

  /// Stores in every tracked object's header which generation it is in, kGenerations for frozen
  /// ones.
  void stamp() {
    for (unsigned row = 0; row < kGenerations; ++row) {
      stamp(all[row].list, row);
    }
    stamp(frozen, kGenerations);
  }

  std::array<Generation, kGenerations> all;  ///< The youngest first.
  GcList frozen;                             ///< Exempt from collections.
  bool enabled = true;                       ///< Whether collections start automatically.
  bool collecting = false;                   ///< Whether one is running.
  std::function<void()> collect_if_due;

 private:
  static void stamp(GcList& list, unsigned generation) {
    for (GcHead* head = list.first(); head != list.end(); head = head->next) {
      head->object()->set_generation(generation);
    }
  }
};

}  // namespace heapscan::dump::runtime
