#pragma once

#include <vector>

#include "analysis/gate/gate_rules.h"
#include "analysis/gate/suppressions.h"

namespace heapscan::analysis {

/// What a gate checks: everything that the command line and its files specify, parsed once, before
/// any dump is read. A plan is a value and does not change while a series is judged.
struct GatePlan {
  /// In the order in which their violations are reported. require_consistent() holds for them.
  std::vector<Rule> rules;
  Suppressions suppressions;
  /// Whether the first profile of a series is a baseline: rules per step judge the series without
  /// it, as the time between it and the next dump is not a step of the program.
  bool has_baseline = false;

  /// Whether a rule needs what add_held() adds to a profile.
  [[nodiscard]] bool needs_held() const;
};

}  // namespace heapscan::analysis
