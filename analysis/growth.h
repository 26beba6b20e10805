#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/heap.h"

namespace heapscan::analysis {

/// What one key (a type, a path signature) holds in an old and a new dump.
struct GrowthRow {
  std::string key;
  std::uint64_t old_objects = 0;
  std::uint64_t new_objects = 0;
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
  /// Of these objects, those that the key names: the Sessions themselves, without what hangs below
  /// them. All of them where the key is a type.
  std::uint64_t old_instances = 0;
  std::uint64_t new_instances = 0;

  [[nodiscard]] std::int64_t object_growth() const {
    return static_cast<std::int64_t>(new_objects) - static_cast<std::int64_t>(old_objects);
  }

  [[nodiscard]] std::int64_t instance_growth() const {
    return static_cast<std::int64_t>(new_instances) - static_cast<std::int64_t>(old_instances);
  }

  [[nodiscard]] std::int64_t size_growth() const {
    return static_cast<std::int64_t>(new_size) - static_cast<std::int64_t>(old_size);
  }

  friend bool operator==(const GrowthRow&, const GrowthRow&) = default;
};

/// The change from one dump to another. Each list has only rows that changed, by descending growth
/// of bytes, then of objects, then key. Each list's growth adds up exactly to that of the totals.
struct Growth {
  std::uint64_t old_objects = 0;
  std::uint64_t new_objects = 0;
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
  std::vector<GrowthRow> by_type;
  /// By path signature, each object counted at the topmost holder on its path whose number of
  /// instances changed: a leak is one row, named at the place that accumulates, and what hangs
  /// below each new instance is counted there and not again. Where that is far out of proportion (a
  /// worker more, and a million entries more in the caches of workers), the lower one is a holder
  /// of its own. An object with no such holder counts at its own signature. Unreachable objects are
  /// one row, "unreachable".
  std::vector<GrowthRow> by_holder;
  /// Both dumps are of one process (host, pid and start time agree).
  bool same_process = false;
};

/// Cost: a PathForest and a HolderTree of each heap, the two heaps at the same time.
[[nodiscard]] Growth compare(const dump::Heap& old_heap, const dump::Heap& new_heap);

}  // namespace heapscan::analysis
