#include "analysis/gate/gate.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <xxhash.h>

#include "analysis/gate/growth_limit.h"
#include "analysis/runtimes/runtime_traits.h"

namespace heapscan::analysis {
namespace {

/// "shop.Session" of "module shop > ._SESSIONS > dict[*] > shop.Session".
std::string_view type_at(std::string_view holder) {
  constexpr std::string_view kStep = " > ";
  const std::size_t last = holder.rfind(kStep);
  return last == std::string_view::npos ? std::string_view() : holder.substr(last + kStep.size());
}

/// Holders that are judged only if a rule names them explicitly. Garbage has no holder: the rules
/// about cycles judge it. A bounded cache in the runtime is not a leak.
bool is_no_holder(const Profile& last, std::string_view key) {
  const std::string_view cache = traits_of(last.facts).bounded_cache;
  return key == Growth::kUnreachableKey || (!cache.empty() && key.starts_with(cache));
}

/// Checks rules against one Growth.
class Gate {
 public:
  Gate(const Profile& last, const Growth& growth, Suppressions& suppressions)
      : last_(last), growth_(growth), suppressions_(suppressions) {
    take_suppressed_from_total();
    take_suppressed_from_cycles();
  }

  void check(const Rule& rule) {
    switch (rule.kind) {
      case RuleKind::kGrowth:
        check_row(rule, total_, "");
        break;
      case RuleKind::kTypeGrowth:
        check_rows(rule, growth_.by_type);
        break;
      case RuleKind::kHolderGrowth:
        check_rows(rule, growth_.by_holder);
        break;
      case RuleKind::kCycleGrowth:
        check_rows(rule, growth_.by_cycle);
        break;
      case RuleKind::kSuspects:
        check_suspects(rule);
        break;
      case RuleKind::kRetained:
        check_retained(rule);
        break;
      case RuleKind::kCycles:
        // The limit is a number of cycles, which is the amount's number of objects.
        check_amount(rule, "unreachable cycles", {cycles_, cycle_size_, cycles_}, cycles_);
        break;
      case RuleKind::kCycleSize:
        check_amount(rule, "unreachable cycles", {cycles_, cycle_size_, cycles_}, cycle_size_);
        break;
      case RuleKind::kUnexplained:
        check_amount(rule, "unexplained counts", {last_.unexplained, 0, 0}, last_.unexplained);
        break;
    }
  }

  [[nodiscard]] Verdict finish() && { return std::move(verdict_); }

 private:
  void take_suppressed_from_total() {
    total_ = growth_.total;
    for (const GrowthRow& row : growth_.by_holder) {
      if (!suppressed(RuleKind::kHolderGrowth, row.key, type_at(row.key))) {
        continue;
      }
      verdict_.known_holders.insert(row.key);
      verdict_.suppressed_growth += row.size_growth();
      for (std::size_t dump = 1; dump < total_.amounts.size(); ++dump) {
        // Unsigned numbers may wrap around and back.
        total_.amounts[dump].size -= row.amounts[dump].size - row.first().size;
        total_.amounts[dump].objects -= row.amounts[dump].objects - row.first().objects;
      }
    }
    std::vector<std::uint64_t> sizes;
    for (const Amount& amount : total_.amounts) {
      sizes.push_back(amount.size);
    }
    total_.trend = trend_of(sizes);
  }

  void take_suppressed_from_cycles() {
    for (const Profile::CycleRow& row : last_.cycles) {
      if (suppressed(RuleKind::kCycleGrowth, row.signature, "")) {
        verdict_.known_cycles.insert(row.signature);
      } else {
        cycles_ += row.cycles;
        cycle_size_ += row.size;
      }
    }
  }

  bool suppressed(RuleKind kind, const std::string& subject, std::string_view type) {
    return suppressions_.match({subject, type, leak_fingerprint(kind, subject)});
  }

  void check_rows(const Rule& rule, const std::vector<GrowthRow>& rows) {
    for (const GrowthRow& row : rows) {
      const bool apart = rule.kind == RuleKind::kHolderGrowth && is_no_holder(last_, row.key);
      if (apart ? rule.glob.pattern() == row.key : rule.glob.matches(row.key)) {
        check_row(rule, row,
                  rule.kind == RuleKind::kHolderGrowth ? type_at(row.key) : std::string_view());
      }
    }
  }

  void check_row(const Rule& rule, const GrowthRow& row, std::string_view type) {
    if (grew_beyond(row, rule.limit)) {
      report({rule, row.key, row, 0, leak_fingerprint(rule.kind, row.key)}, type);
    }
  }

  void check_suspects(const Rule& rule) {
    for (const Profile::SuspectRow& suspect : last_.suspects) {
      const std::string text = suspect_text(suspect);
      const bool known = std::any_of(
          growth_.by_suspect.begin(), growth_.by_suspect.end(),
          [&text](const GrowthRow& row) { return row.key == text && row.first().size != 0; });
      if (!known && rule.limit.exceeded_by(suspect.size, last_.size)) {
        const Amount amount = {suspect.instances, suspect.size, suspect.instances};
        report({rule, text, {text, {amount}}, last_.size, suspect.fingerprint}, suspect.type);
      }
    }
  }

  void check_retained(const Rule& rule) {
    for (const Profile::TypeRow& row : last_.types) {
      if (rule.glob.matches(row.type)) {
        check_amount(rule, row.type, {row.objects, row.retained, row.objects}, row.retained);
      }
    }
  }

  void check_amount(const Rule& rule,
                    const std::string& subject,
                    const Amount& amount,
                    std::uint64_t value) {
    const std::uint64_t whole = rule.kind == RuleKind::kUnexplained ? last_.objects : last_.size;
    if (rule.limit.exceeded_by(value, whole)) {
      report({rule, subject, {subject, {amount}}, whole, leak_fingerprint(rule.kind, subject)}, "");
    }
  }

  void report(Violation violation, std::string_view type) {
    const bool known = suppressions_.match({violation.subject, type, violation.fingerprint});
    (known ? verdict_.suppressed : verdict_.violations).push_back(std::move(violation));
  }

  const Profile& last_;
  const Growth& growth_;
  Suppressions& suppressions_;
  GrowthRow total_;  // Without what is suppressed.
  std::uint64_t cycles_ = 0;
  std::uint64_t cycle_size_ = 0;
  Verdict verdict_;
};

void append(std::vector<Violation>& from, std::vector<Violation>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

std::string leak_fingerprint(RuleKind kind, const std::string& subject) {
  const std::string named = fmt::format("{}\n{}", form_of(kind).option, subject);
  return fmt::format("{:016x}", XXH3_64bits(named.data(), named.size()));
}

Growth growth_of_steps(const GatePlan& plan,
                       const std::vector<Profile>& series,
                       const Growth& growth) {
  if (!plan.has_baseline || series.size() < 3) {
    return growth;
  }
  return compare({series.begin() + 1, series.end()});
}

Verdict check_gate(const GatePlan& plan, const JudgedSeries& series) {
  Suppressions suppressions = plan.suppressions;
  Gate whole(series.last, series.growth, suppressions);
  Gate per_step(series.last, series.steps, suppressions);
  for (const Rule& rule : plan.rules) {
    (rule.limit.per_step ? per_step : whole).check(rule);
  }
  Verdict verdict = std::move(whole).finish();
  Verdict steps = std::move(per_step).finish();
  append(steps.violations, verdict.violations);
  append(steps.suppressed, verdict.suppressed);
  verdict.known_holders.merge(steps.known_holders);
  verdict.suppressions = std::move(suppressions);
  return verdict;
}

}  // namespace heapscan::analysis
