#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "analysis/gate/gate_rules.h"
#include "analysis/gate/suppressions.h"
#include "analysis/growth/growth.h"
#include "analysis/growth/profile.h"

namespace heapscan::analysis {

/// One broken rule: one for each type, holder or cycle that breaks it.
struct Violation {
  Rule rule;
  /// What broke it: "total", a type's name, a holder's signature, a cycle's, "unreachable cycles",
  /// "unexplained counts".
  std::string subject;
  /// The figures that were judged, one for each dump; one only where the rule judges the last dump.
  /// Of "total", without what is suppressed.
  GrowthRow row;
  /// Of one dump: what `row` is a share of.
  std::uint64_t whole = 0;
  /// Names the kind of rule and the subject, or the suspect; the same in each run and for each
  /// limit.
  std::string fingerprint;

  /// Whether the value is a number of objects or cycles, not of bytes.
  [[nodiscard]] bool counts() const {
    return rule.kind == RuleKind::kCycles || rule.kind == RuleKind::kUnexplained;
  }

  [[nodiscard]] std::uint64_t value() const {
    return counts() ? row.last().objects : row.last().size;
  }
};

struct Verdict {
  std::vector<Violation> broken;      ///< In the order of the rules, then by descending growth.
  std::vector<Violation> suppressed;  ///< What would be broken without a suppression.
  /// How much of the whole growth is not counted because its holder is suppressed.
  std::int64_t suppressed_growth = 0;
  /// The holders and the signatures of cycles that suppressions match: not counted in the totals.
  std::set<std::string> known_holders;
  std::set<std::string> known_cycles;
};

/// "8f14e45fceea167a" of a kind of rule and what breaks it.
[[nodiscard]] std::string leak_fingerprint(RuleKind kind, const std::string& subject);

/// Checks the rules. Requires: `last` is the last profile of `growth`; add_held() was called for
/// it and the first one if there is a rule about retained sizes or suspects.
[[nodiscard]] Verdict check_gate(const std::vector<Rule>& rules,
                                 const Profile& last,
                                 const Growth& growth,
                                 Suppressions& suppressions);

}  // namespace heapscan::analysis
