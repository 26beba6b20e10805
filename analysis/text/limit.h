#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heapscan::analysis {

/// How much is allowed: a number of bytes or of objects, or a percentage.
struct Limit {
  enum class Unit : std::uint8_t { kBytes, kPercent };

  Unit unit = Unit::kBytes;
  double value = 0;
  bool per_step = false;  ///< Per step of a series, for steady growth.
  std::string text;       ///< As the user wrote it.

  /// "5%", "10MiB", "1.5 GB", "0", "64KiB/step": a decimal number without a sign, then a unit, with
  /// optional spaces in between. Units in upper or lower case: none or B, KB, MB, GB (powers of
  /// 1000), KiB, MiB, GiB (powers of 1024), %. Throws an Error(kUsage) that quotes the text and
  /// says what is expected.
  [[nodiscard]] static Limit parse(std::string_view text);

  /// True if `part` is more than the limit; a percentage is relative to `whole`. Exactly the limit
  /// is allowed. Anything but 0 exceeds any percentage of 0.
  [[nodiscard]] bool exceeded_by(std::uint64_t part, std::uint64_t whole) const;
};

}  // namespace heapscan::analysis
