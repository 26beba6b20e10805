#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/growth/profile.h"
#include "analysis/growth/trend.h"

namespace heapscan::analysis {

/// What one key (a type, a path signature, a cycle's signature) holds in one dump.
struct Amount {
  std::uint64_t objects = 0;
  std::uint64_t size = 0;
  /// Of these objects, those that the key names: the Sessions themselves, without what is below
  /// them; the cycles, not their members. All of them if the key is a type.
  std::uint64_t instances = 0;

  friend bool operator==(const Amount&, const Amount&) = default;
};

/// What one key holds in each dump of a series of at least two.
struct GrowthRow {
  std::string key;
  std::vector<Amount> amounts;
  /// Of the sizes; also steady if the size grew and the number of instances grew steadily.
  Trend trend = {};

  [[nodiscard]] const Amount& first() const { return amounts.front(); }

  [[nodiscard]] const Amount& last() const { return amounts.back(); }

  [[nodiscard]] std::int64_t object_growth() const {
    return static_cast<std::int64_t>(last().objects) - static_cast<std::int64_t>(first().objects);
  }

  [[nodiscard]] std::int64_t instance_growth() const {
    return static_cast<std::int64_t>(last().instances) -
           static_cast<std::int64_t>(first().instances);
  }

  [[nodiscard]] std::int64_t size_growth() const {
    return static_cast<std::int64_t>(last().size) - static_cast<std::int64_t>(first().size);
  }

  friend bool operator==(const GrowthRow&, const GrowthRow&) = default;
};

/// The change over a series of dumps. Each list except by_suspect has only rows that changed in
/// some step, by descending growth of bytes from the first dump to the last, then of objects, then
/// key. The rows of by_type and those of by_holder add up exactly to the growth of the total, in
/// each step.
struct Growth {
  GrowthRow total;  ///< Its key is "total"; its instances are 0.
  std::vector<GrowthRow> by_type;
  /// By path signature, each object counted at the topmost holder on its path whose number of
  /// instances changed: a leak is one row, named after the place that accumulates, and what is
  /// below each new instance is counted there and not again. Where that is far out of proportion
  /// (one more worker, and a million more entries in the caches of workers), or grows steadily
  /// below one that does not, the lower one is a holder of its own. An object without such a holder
  /// is counted at its own signature. Unreachable objects are one row, kUnreachableKey.
  std::vector<GrowthRow> by_holder;
  /// Unreachable cycles by signature, each with what it alone keeps alive.
  std::vector<GrowthRow> by_cycle;
  /// Suspects by place and type, of the first and the last dump: "module shop > ._SESSIONS > dict:
  /// shop.Session", including unchanged ones. Empty if the profiles have none.
  std::vector<GrowthRow> by_suspect;
  /// All dumps are of one process (host, pid and start time agree).
  bool same_process = false;

  static constexpr const char* kUnreachableKey = "unreachable";
};

/// The key of a suspect: "module shop > ._SESSIONS > dict: shop.Session".
[[nodiscard]] std::string suspect_text(const Profile::SuspectRow& suspect);

/// The change over a series. Requires: at least two profiles, in order of time. If one was stored
/// without small holders, equally small ones in the others are left out too. growth.cc describes
/// the algorithm, which follows LeakCanary's Shark and Eclipse MAT. Cost: the rows of the profiles,
/// not the objects of the heaps.
[[nodiscard]] Growth compare(const std::vector<Profile>& series);

}  // namespace heapscan::analysis
