#include "analysis/gate/gate_plan.h"

#include <algorithm>

namespace heapscan::analysis {

bool GatePlan::needs_held() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
    return rule.kind == RuleKind::kRetained || rule.kind == RuleKind::kSuspects;
  });
}

}  // namespace heapscan::analysis
