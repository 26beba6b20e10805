#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "analysis/gate/gate_plan.h"
#include "analysis/gate/gate_rules.h"
#include "analysis/gate/suppressions.h"
#include "analysis/growth/growth.h"
#include "analysis/growth/profile.h"

namespace heapscan::analysis {

/// A violated rule: one for each type, holder or cycle that violates it.
struct Violation {
  Rule rule;
  /// What violates it: "total", a type's name, a holder's signature, a cycle's, "unreachable
  /// cycles", "unexplained counts".
  std::string subject;
  /// The figures that were judged, one for each dump; only one if the rule judges the last dump.
  /// Those of "total" exclude what is suppressed.
  GrowthRow row;
  /// If the rule judges the last dump: what `row` is a share of.
  std::uint64_t whole = 0;
  /// Identifies the kind of rule and the subject, or the suspect; the same in each run and for each
  /// limit.
  std::string fingerprint;

  /// Whether the value is a number of objects or cycles instead of bytes.
  [[nodiscard]] bool counts() const {
    return rule.kind == RuleKind::kCycles || rule.kind == RuleKind::kUnexplained;
  }

  [[nodiscard]] std::uint64_t value() const {
    return counts() ? row.last().objects : row.last().size;
  }
};

/// What a gate found.
struct Verdict {
  /// Rules per step after the others, each in the order of the plan, then by descending growth.
  std::vector<Violation> violations;
  std::vector<Violation> suppressed;  ///< Violations that a suppression matches.
  /// How much of the total growth is not counted because its holder is suppressed.
  std::int64_t suppressed_growth = 0;
  /// The holders and the signatures of cycles that suppressions match: not counted in the totals.
  std::set<std::string> known_holders;
  std::set<std::string> known_cycles;
  Suppressions suppressions;  ///< Those of the plan, with the used ones marked.
};

/// "8f14e45fceea167a": a hash of a kind of rule and what violates it.
[[nodiscard]] std::string leak_fingerprint(RuleKind kind, const std::string& subject);

/// What a gate judges. Borrows all of it.
struct JudgedSeries {
  const Profile& last;   ///< The last profile of the series.
  const Growth& growth;  ///< Of the whole series.
  const Growth& steps;   ///< That rules per step judge: see growth_of_steps().
};

/// The growth that rules per step judge: that of the series without its baseline if two dumps
/// remain, otherwise `growth`. Cost: compare().
[[nodiscard]] Growth growth_of_steps(const GatePlan& plan,
                                     const std::vector<Profile>& series,
                                     const Growth& growth);

/// Checks the rules. Requires: add_held() was called for the first and the last profile of the
/// series if plan.needs_held(). Cost: the rows of the growth times the rules and suppressions.
[[nodiscard]] Verdict check_gate(const GatePlan& plan, const JudgedSeries& series);

}  // namespace heapscan::analysis
