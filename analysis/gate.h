#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/cycles.h"
#include "analysis/growth.h"

namespace heapscan::analysis {

/// How much is allowed: so many bytes, or so many percent of the old size.
struct Limit {
  enum class Unit : std::uint8_t { kBytes, kPercent };

  Unit unit = Unit::kBytes;
  double value = 0;
  std::string text;  ///< As the user wrote it.

  /// "5%", "10MiB", "1.5 GB", "0": a decimal number without a sign, then a unit, blanks allowed
  /// between. Units in any case: none or B, KB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of
  /// 1024), %. Throws Error(kUsage) that quotes the text and says what is meant.
  [[nodiscard]] static Limit parse(std::string_view text);

  /// True when the growth is more than the limit; a growth of exactly the limit is allowed. Any
  /// growth from 0 exceeds any percentage.
  [[nodiscard]] bool exceeded_by(std::uint64_t old_size, std::uint64_t new_size) const;
};

/// A limit on the growth of every type whose name matches a glob ("app.*"), each type by itself.
/// See analysis/glob.h.
struct TypeLimit {
  std::string glob;
  Limit limit;

  /// "GLOB=LIMIT". Throws Error(kUsage).
  [[nodiscard]] static TypeLimit parse(std::string_view text);
};

struct GateRules {
  std::optional<Limit> max_growth;
  std::vector<TypeLimit> max_type_growth;
  std::optional<std::uint64_t> max_cycles;  ///< Unreachable cycles in the new dump.
};

/// One broken rule.
struct Violation {
  std::string rule;             ///< The option and its limit: "--max-growth 5%".
  std::string subject;          ///< What broke it: "total", a type's name, "unreachable cycles".
  std::uint64_t old_value = 0;  ///< For cycles: how many are allowed.
  std::uint64_t new_value = 0;
  bool in_bytes = true;  ///< Otherwise the values are counts.

  friend bool operator==(const Violation&, const Violation&) = default;
};

/// The broken rules, in the order of GateRules, types by descending growth. Empty: the gate is
/// passed.
[[nodiscard]] std::vector<Violation> check_gate(const GateRules& rules,
                                                const Growth& growth,
                                                const Garbage& new_garbage);

}  // namespace heapscan::analysis
