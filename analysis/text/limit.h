#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace heapscan::analysis {

/// How much is allowed: so many bytes (or objects), or so many percent.
struct Limit {
  enum class Unit : std::uint8_t { kBytes, kPercent };

  Unit unit = Unit::kBytes;
  double value = 0;
  bool per_step = false;  ///< Of what grows steadily over a series, for each step of it.
  std::string text;       ///< As the user wrote it.

  /// "5%", "10MiB", "1.5 GB", "0", "64KiB/step": a decimal number without a sign, then a unit,
  /// blanks allowed between. Units in any case: none or B, KB, MB, GB (powers of 1000), KiB, MiB,
  /// GiB (powers of 1024), %. Throws Error(kUsage) that quotes the text and says what is meant.
  [[nodiscard]] static Limit parse(std::string_view text);

  /// True when `part` is more than the limit, percentages being of `whole`; exactly the limit is
  /// allowed. Anything exceeds any percentage of 0.
  [[nodiscard]] bool exceeded_by(std::uint64_t part, std::uint64_t whole) const;
};

}  // namespace heapscan::analysis
